// A call while it is being made: its arguments as identities, its results, and what it does to the ledger.
// And the rows of the tables that say how each function is called.
#pragma once

#include <CoreFoundation/CoreFoundation.h>
#include <mach/mach.h>

#include <optional>
#include <span>

#include "impl/driver/run.h"
#include "model/vocabulary/function.h"

namespace portunus::driver {

struct Call {
  Thread& thread;
  Run& run;
  const FunctionInfo& row;
  Value bind;                           // the variable to bind
  Value second;                         // the other one, where the function has two
  Value arguments[arguments_max] = {};  // identities
  Value results[results_max] = {};
  bool borrowed[arguments_max] = {};
  bool used[arguments_max] = {};  // run loops whose threads are not to end meanwhile

  Call(Thread& the_thread, Function function, Value the_bind, Value the_second)
      : thread(the_thread), run(*the_thread.run), row(info(function)), bind(the_bind), second(the_second) {}

  std::int32_t number(int place) const { return arguments[place].number; }
  bool is_null(int place) const { return number(place) == Value::null; }
  mach_port_name_t name(int place) const { return run.handles.number(arguments[place]); }

  // What CoreFoundation calls an object: any of its references is made from the pointer that it gave us.
  template <class Reference>
  Reference reference(int place) const {
    return static_cast<Reference>(const_cast<void*>(pointer(place)));
  }

  void result(int place, Value value) { results[place] = value; }
  void result(int place, std::int32_t number) { result(place, make_value(row.results[place], number)); }
  void no_result(int place) { result(place, Value::absent); }
  // Nothing was given back in these places.
  void no_results(int begin, int end) {
    for (int place = begin; place < end; ++place) no_result(place);
  }

  // The call gave back an object with a reference for the caller.
  void made_object(int place, const void* pointer);
  // The call gave a name, which may be known already: `variable`, one of the call's two, stands for it.
  void named(int place, mach_port_name_t name, Value variable);
  // The same, and it gave the script a right under that name.
  void made_name(int place, mach_port_name_t name, Value variable);
  // The same of a kernel's call: what it gives has nothing to do with a name of that number that has gone.
  void given_name(int place, mach_port_name_t name, Value variable);
  // The call gave none: `variable` stands for no name.
  void made_no_name(int place, Value variable);

  // After a call that may have used up the last right under the name, and that has looked at it.
  void note_rights(int place);

 private:
  const void* pointer(int place) const;
};

// Whether there is anything under the name. Looking turns a right to a dead port into a dead name (facts
// mach-xnu 2).
bool exists(mach_port_name_t name);

// What a name must be for a call on it. A kernel answers a call on a name that does not exist with an error;
// yet by the time it comes, the name may be somebody else's. So the driver looks first, where looking is
// harmless.
enum class NameRule : std::uint8_t {
  any,      // only looks at the name
  present,  // changes rights: the name exists, and is the script's
  ours,     // as `present`, but a name that does not exist will do. (A name that may exist is not looked at.)
};

// How one function is called.
struct Row {
  Function function;
  void (*make)(Call& call);
  NameRule names = NameRule::any;
  bool Capabilities::* needs = nullptr;
  // Whether the plain arguments are such as the driver has room for; null: any are.
  bool (*fits)(const Call& call) = nullptr;
};

// A table's rows are those of consecutive functions.
constexpr bool rows_in_order(std::span<const Row> rows, Function first, Function last) {
  std::size_t function = static_cast<std::size_t>(first);
  for (const Row& row : rows)
    if (static_cast<std::size_t>(row.function) != function++) return false;
  return function == static_cast<std::size_t>(last) + 1;
}

}  // namespace portunus::driver
