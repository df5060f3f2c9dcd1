// The two rights of a port from CFMachPortCreate, and when they are given back: after the last release and
// after the watch's cancellation. How exactly is what editions differ in (facts cfmachport 5, and 3 for two
// objects of one name).
#pragma once

#include <mach/mach.h>

#include "impl/cf/edition.h"
#include "impl/cf/vector.h"

namespace portunus::cf {

// Of one object.
struct Ownership {
  bool owns = false;  // the object has a receive right and a send right to give back
  bool gone = false;  // its name went with all its rights: there is nothing left to give back
};

// What has to be done about an object's rights at an event.
enum class RightsAction : std::uint8_t {
  none,
  drop,   // now: drop_owned_rights
  later,  // in a background item of its own: drop_owned_rights_separately
};

// Keeps what OwnedRights::by_name needs. The caller's lock guards it.
class OwnedRightsLedger {
 public:
  // A watch is armed for `name`.
  void watch_armed(mach_port_t name);
  // The last reference to an object goes; `cancelled` says whether its cancellation is done.
  RightsAction object_freed(mach_port_t name, Ownership ownership, bool cancelled);
  // The cancellation of an object's watch is done; `freed` says whether the object is gone.
  RightsAction watch_cancelled(mach_port_t name, Ownership ownership, bool freed);
  // A watch tells of the death of its port.
  void death_noticed(mach_port_t name);

 private:
  // One for each name, however many objects it has had: that is the defect.
  struct Record {
    mach_port_t name;
    bool released = false;   // an object of the name is gone
    bool owned = false;      // the last one that went was an owner
    bool cancelled = false;  // a cancellation was done while none had gone
  };

  Record* find(mach_port_t name);
  RightsAction freed_by_name(mach_port_t name, bool owns);
  RightsAction cancelled_by_name(mach_port_t name);

  Vector<Record> records_;
};

// The receive right first, so that the send right has become a dead name, then that.
void drop_owned_rights(mach_port_t name);
// The send right first, then the receive right.
void drop_owned_rights_separately(mach_port_t name);

}  // namespace portunus::cf
