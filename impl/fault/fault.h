// The registry of seeded faults: defects put into the bundled implementation on purpose, one at a time, to
// see that the harness finds them. A build without PORTUNUS_FAULTS has none of this code in it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace portunus::fault {

enum class Id : std::uint8_t {
  none,
  source_before_callback,  // Invalidate invalidates the source before the invalidation callback
  hit_retains_info,        // a registry hit retains the new context's info
  release_frees_ready,     // the last client release frees a Ready port under the registry
  send_right_left,         // an owned port's receive right is dropped, its send right is not
  late_callback_stored,    // SetInvalidationCallBack on an invalid port stores instead of calling

  // Not in faults(): what no trace shows, because only a sanitizer sees it.
  kernel_unlocked,  // threads of a free-running world enter the hosted kernel without its lock
};

struct Fault {
  Id id;
  std::string_view name;    // as given to --fault
  std::string_view what;    // one sentence
  std::string_view clause;  // the id of the clause that it breaks
};

// Those that a trace can show.
std::span<const Fault> faults();
// The fault of that name; nullptr if there is none.
const Fault* find(std::string_view name);

// Seeds a fault for the whole process; Id::none for none. Not thread-safe: call it before a world begins.
void seed(Id id);
Id seeded();

#ifdef PORTUNUS_FAULTS
inline constexpr bool compiled_in = true;
inline bool is(Id id) {
  return seeded() == id;
}
#else
inline constexpr bool compiled_in = false;
constexpr bool is(Id) {
  return false;
}
#endif

}  // namespace portunus::fault
