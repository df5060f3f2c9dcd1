// The death watch: one serial background thread that hears of the death of ports, and carries out what has to
// come after it, strictly in the order of arrival (facts cfmachport 5, 9).
#pragma once

#include <mach/mach.h>

#include <cstdint>

#include "impl/cf/owned_rights.h"
#include "impl/cf/vector.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

// What is known of one port object's native port. It outlives the object until its cancellation is done.
struct Watch {
  mach_port_t name;
  bool had_receive;         // when the object was made
  bool armed = false;       // the kernel was asked to tell of the port's death
  bool cancelling = false;  // the object is no longer Ready
  bool cancelled = false;   // the cancellation is done, or there was nothing to cancel
  bool freed = false;       // the object is gone
  std::uint32_t request =
      0;  // the kernel's request that is to tell; 0 before it is made and once it has told
  Ownership ownership = {};
};

class DeathWatch {
 public:
  // Begins to watch for an object of `name`, whose type at creation was `type`. Not every name is watched:
  // then, or when the name has died meanwhile, the Watch is there but not armed. Never null.
  Watch* add(mach_port_t name, mach_port_type_t type);
  // The object of this watch owns its two rights from now on.
  void own(Watch* watch);
  // The object is no longer Ready. The cancellation is carried out later, on the background thread.
  void cancel(Watch* watch);
  // The object is gone. `watch` must not be used by the caller any more.
  void object_freed(Watch* watch);

  // Whether the kernel has told of the death of the port that this watch was armed for.
  bool has_fired(const Watch* watch);
  // Whether the port that this watch was armed for still has its name; true for a watch that is not armed.
  bool stands(const Watch* watch);

 private:
  // One dead-name request of the kernel's, shared by all watches of the name. A request that has fired stays
  // until its notification is received: notifications of one name arrive in the order of their requests.
  struct Request {
    mach_port_t name;
    std::uint32_t serial;
  };
  struct Item;

  static void thread(void* self);
  void start_thread();
  void handle(mach_msg_header_t* message);
  void name_noticed(mach_port_t name, bool died);
  void cancellation_done(Watch* watch);
  void post(mach_msg_id_t id, Watch* watch, mach_port_t name);
  void open();
  void arm(Watch* watch);
  void disarm(const Watch* watch);
  const Request* newest_request(mach_port_t name) const;
  const Request* oldest_request(mach_port_t name) const;
  bool still_armed(const Request* request) const;
  void forget_if_done(Watch* watch);

  seam::Mutex lock_;
  mach_port_t port_ = MACH_PORT_NULL;  // notifications and what post() sends arrive here
  bool thread_started_ = false;
  std::uint32_t serial_ = 0;
  Vector<Request> requests_;
  Vector<Watch*> watches_;  // armed, and their cancellation is not done
  OwnedRightsLedger rights_;
};

}  // namespace portunus::cf
