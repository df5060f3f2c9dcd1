// Handles have two sides. In a script a handle is a variable: `P1 = CFMachPortCreateWithPort(…)` gives it a
// value once. In a trace it is an identity: the object, or the port name, itself. Where the call above
// returns an object that is known as P0 already, the variable P1 stands for the identity P0 from then on.
//
// The identity of an object is the handle that was to be bound while its memory was allocated; where no
// allocation was observed, the handle of the first call that returned the pointer. The identity of a port
// name is the handle of the first call that returned its number.
#pragma once

#include <mach/mach.h>

#include <atomic>
#include <cstdint>
#include <optional>

#include "impl/driver/observer.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/value.h"

namespace portunus::driver {

// The value of type object for a port, source or loop handle, and back. Values that are no handles stay what
// they are.
Value as_object(Value handle);
Value as_handle(Value object);

// Safe on several threads at once: a cell changes once, from empty to its value; a forgotten name is empty
// again.
class Handles {
 public:
  explicit Handles(const Observer& observer);

  // Variables. Requires of `variable`: type port, source or name, and an index below its limit.
  // Claims a variable for the call that is going to bind it; false if it is taken.
  bool reserve(Value variable);
  // Gives up a claim: the call is not made after all.
  void cancel(Value variable);
  void bind(Value variable, Value identity);
  // The identity, null or dead; empty while nothing is bound.
  std::optional<Value> resolve(Value variable) const;

  // Identities. `type` is port or source. A NULL pointer gives null, an unknown one `other`.
  Value object(Type type, const void* pointer) const;
  // The same, but a pointer that is unknown becomes `fresh`.
  Value object(Type type, const void* pointer, Value fresh);
  const void* pointer(Value identity) const;

  Value name(mach_port_name_t number) const;
  Value name(mach_port_name_t number, Value fresh);
  void forget(Value name);                    // its number stands for something else from now on
  mach_port_name_t number(Value name) const;  // of null and dead too
  bool known(Value name) const;               // whether the identity has been given to a number

 private:
  static constexpr int objects = limits::ports + limits::sources;
  static constexpr int variables = objects + limits::names;

  static int place(Value handle);

  const Observer& observer_;
  std::atomic<std::int32_t> bound_[variables];
  std::atomic<const void*> pointers_[objects] = {};
  std::atomic<mach_port_name_t> numbers_[limits::names] = {};  // MACH_PORT_NULL: not given yet
};

}  // namespace portunus::driver
