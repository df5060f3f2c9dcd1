// Arguments of Mach calls out of choices: names that have what a call needs, most often, and words that fit
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "props/generate/draw.h"
#include "props/generate/mach_picture.h"

namespace portunus {

// Keeps references to both: they outlive it.
class MachChoices : public Draw {
 public:
  MachChoices(Entropy& entropy, const MachPicture& picture) : Draw(entropy), picture_(picture) {}

  // A name for which `suits(const MachPicture::Name&)` holds, the latest being the plainest; nothing if there
  // is none.
  template <class Suits>
  std::optional<Value> name_where(Suits suits) {
    std::vector<std::int32_t> found;
    for (std::size_t at = picture_.handles.size(); at-- > 0;) {
      const Value name = handle(at);
      const MachPicture::Name* known = picture_.find(name);
      if (known != nullptr && std::invoke(suits, *known)) found.push_back(name.number);
    }
    if (found.empty()) return std::nullopt;
    const std::int32_t number = found[below(static_cast<std::uint32_t>(found.size()))];
    const bool doubtful = picture_.handles[static_cast<std::size_t>(number)].doubtful;
    if (doubtful && !chance(2)) return std::nullopt;
    return make_value(Type::name, number);
  }

  std::optional<Value> used();      // with any right
  std::optional<Value> alive();     // with any, but for dead names
  std::optional<Value> unused();    // never used
  std::optional<Value> receiver();  // with a receive right
  std::optional<Value> set();
  std::optional<Value> sender();  // with a right that takes a message
  std::optional<Value> ready();   // a port or set with a message in it
  // What a right may be put under: mostly an unused name, else one that is in use, null or dead.
  Value target();
  // Any name at all: with rights or without, null or dead.
  Value any_name();
  // Mostly `name`, once in so many times any at all.
  Value mostly(Value name, std::uint32_t one_in) { return chance(one_in) ? any_name() : name; }

  // The next handle, and the one behind it; nothing if there are no more.
  std::optional<Value> fresh(std::size_t behind = 0) const;
  // Whether there are as many ports as a script needs.
  bool crowded();

  // How a right may be made of what is under the name, most likely; any way where nothing is.
  Value disposition(Value name);
  // The same, to make what a message may go to, or what mach_port_extract_right may make.
  Value disposition_to(Value name);
  Value disposition_out(Value name);
  Value right(Value name);  // one that the name has, most likely
  Value any_disposition();
  Value delta(Value right);
  Value limit();
  Value size_sent();
  Value size_received();
  Value timeout();

  // Any value that the argument at `place` of the function may have.
  Value any(const FunctionInfo& row, int place);

 private:
  static Value handle(std::size_t index) { return make_value(Type::name, static_cast<std::int32_t>(index)); }
  Value fitting(Value name, std::span<const Disposition> ways);

  const MachPicture& picture_;
};

}  // namespace portunus
