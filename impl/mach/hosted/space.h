// A task's names: what each stands for, and how names are given out.
//
// A name is index << 8 | generation << 2 | 3. A freed index is the first to be given out again, with the next
// generation (facts mach-xnu 5).
#pragma once

#include <mach/kern_return.h>
#include <mach/port.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace portunus::hosted {

struct Port;
struct PortSet;

inline constexpr mach_port_urefs_t urefs_max = 65535;  // a count that gets here stays: it is pegged

// What a name stands for. `type` is made of MACH_PORT_TYPE_ bits:
//   0                 free
//   SEND, RECEIVE or both; or SEND_ONCE   port: the entry holds one reference for each bit
//   PORT_SET          set
//   DEAD_NAME         neither
// SEND and SEND_ONCE may be of a port that has died meanwhile: such an entry becomes a dead name when next it
// is looked at (bury in transfer.h).
struct Entry {
  mach_port_type_t type = MACH_PORT_TYPE_NONE;
  std::uint8_t generation = 0;
  mach_port_urefs_t urefs = 0;  // of SEND, SEND_ONCE (always 1) and DEAD_NAME
  std::uint32_t request = 0;    // the slot of the port's request table; 0 is none
  Port* port = nullptr;
  PortSet* set = nullptr;
};

class Space {
 public:
  // `name_turns`: as in WorldOptions.
  explicit Space(unsigned name_turns) : name_turns_(name_turns) {}
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;

  // The entry in use under exactly that name; nullptr otherwise. Valid until the name is freed.
  Entry* find(mach_port_name_t name);

  // A fresh name with an empty entry, which the caller fills in.
  struct Allocated {
    mach_port_name_t name;
    Entry* entry;
  };
  Allocated allocate();

  // Makes exactly `name`, which must not be in use. KERN_SUCCESS and an empty entry; KERN_INVALID_VALUE for
  // what is no name; KERN_FAILURE where the index is taken by another generation; KERN_NO_SPACE beyond the
  // table.
  kern_return_t allocate_at(mach_port_name_t name, Entry*& entry);

  void free(mach_port_name_t name);

  // The name under which this space holds the receive or a send right of `port`; MACH_PORT_NULL if none.
  mach_port_name_t name_of(const Port& port) const;

  std::size_t size() const { return entries_.size() - free_.size(); }
  // All names in use, in order.
  std::vector<mach_port_name_t> names() const;
  // Each index that was ever used, in no order; free ones too.
  const std::unordered_map<std::uint32_t, Entry>& entries() const { return entries_; }

 private:
  unsigned name_turns_;
  std::unordered_map<std::uint32_t, Entry> entries_;
  std::vector<std::uint32_t> free_;  // indices; the last is the next to be used
  std::uint32_t next_index_ = 1;     // 0 is nobody's
};

}  // namespace portunus::hosted
