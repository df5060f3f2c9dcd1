#include "impl/cf/watch.h"

#include <new>

#include "impl/cf/library.h"
#include "impl/cf/name.h"

namespace portunus::cf {
namespace {

// Messages that the watch sends to itself, so that they stand in line with the kernel's notifications.
constexpr mach_msg_id_t cancellation_id = 0x43460001;
constexpr mach_msg_id_t drop_rights_id = 0x43460002;
constexpr mach_msg_id_t death_id = 0x43460003;

bool is_watched(mach_port_type_t type) {
  if ((type & MACH_PORT_TYPE_SEND_RIGHTS) != 0) return true;
  return library().edition.receive_only_watched && (type & MACH_PORT_TYPE_RECEIVE) != 0;
}

void carry_out(RightsAction action, mach_port_t name) {
  if (action == RightsAction::drop) drop_owned_rights(name);
}

}  // namespace

struct DeathWatch::Item {
  mach_msg_header_t header;
  Watch* watch;
  mach_port_t name;
};

// ---- For the objects --------------------------------------------------------------------------------------

Watch* DeathWatch::add(mach_port_t name, mach_port_type_t type) {
  void* memory = seam::allocate(sizeof(Watch));
  if (memory == nullptr) seam::trap();
  auto* watch = new (memory) Watch{.name = name, .had_receive = (type & MACH_PORT_TYPE_RECEIVE) != 0};
  const seam::Lock lock(lock_);
  if (is_watched(type)) arm(watch);
  if (watch->armed) return watch;
  watch->cancelled = true;
  // The port has died since its type was asked for: nobody else will tell. Editions that leave such an object
  // where it is do not look either.
  if (is_watched(type) && library().edition.failed_creation_undone) post(death_id, nullptr, name);
  return watch;
}

void DeathWatch::own(Watch* watch) {
  const seam::Lock lock(lock_);
  watch->ownership.owns = true;
}

void DeathWatch::cancel(Watch* watch) {
  const seam::Lock lock(lock_);
  watch->cancelling = true;
  if (watch->armed) post(cancellation_id, watch, watch->name);
}

void DeathWatch::object_freed(Watch* watch) {
  const mach_port_t name = watch->name;
  RightsAction action;
  {
    const seam::Lock lock(lock_);
    watch->freed = true;
    action = rights_.object_freed(name, watch->ownership, watch->cancelled);
    if (action == RightsAction::later) post(drop_rights_id, nullptr, name);
    forget_if_done(watch);
  }
  carry_out(action, name);
}

bool DeathWatch::has_fired(const Watch* watch) {
  const seam::Lock lock(lock_);
  return watch->armed && watch->request == 0;
}

bool DeathWatch::stands(const Watch* watch) {
  const seam::Lock lock(lock_);
  if (!watch->armed) return true;
  const Request* request = newest_request(watch->name);
  return request != nullptr && request->serial == watch->request && still_armed(request);
}

// ---- Requests to the kernel: lock_ is held ----------------------------------------------------------------

void DeathWatch::open() {
  if (port_ != MACH_PORT_NULL) return;
  if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port_) != KERN_SUCCESS) seam::trap();
}

// A name has room for one request only, so a second watch of the name shares the one that stands.
void DeathWatch::arm(Watch* watch) {
  open();
  start_thread();
  const Request* shared = newest_request(watch->name);
  if (shared == nullptr || !still_armed(shared)) {
    mach_port_t previous = MACH_PORT_NULL;
    if (mach_port_request_notification(mach_task_self(), watch->name, MACH_NOTIFY_DEAD_NAME, 0, port_,
                                       MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) != KERN_SUCCESS) {
      return;
    }
    if (previous != MACH_PORT_NULL) mach_port_deallocate(mach_task_self(), previous);
    requests_.push_back(Request{.name = watch->name, .serial = ++serial_});
    shared = &requests_[requests_.size() - 1];
  }
  watch->armed = true;
  watch->request = shared->serial;
  watches_.push_back(watch);
  rights_.watch_armed(watch->name);
}

// Takes the request back that `watch` was the last to wait for. If it has fired meanwhile, its notification
// is on its way and will end it; a younger request of the name is not ours to touch.
void DeathWatch::disarm(const Watch* watch) {
  const Request* request = newest_request(watch->name);
  if (request == nullptr || request->serial != watch->request) return;
  mach_port_t previous = MACH_PORT_NULL;
  if (mach_port_request_notification(mach_task_self(), watch->name, MACH_NOTIFY_DEAD_NAME, 0, MACH_PORT_NULL,
                                     MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) != KERN_SUCCESS ||
      previous == MACH_PORT_NULL) {
    return;
  }
  mach_port_deallocate(mach_task_self(),
                       previous);  // sends a notification of its own, which thread() ignores
  requests_.erase(request);
}

const DeathWatch::Request* DeathWatch::newest_request(mach_port_t name) const {
  const Request* newest = nullptr;
  for (const Request& request : requests_) {
    if (request.name == name) newest = &request;
  }
  return newest;
}

const DeathWatch::Request* DeathWatch::oldest_request(mach_port_t name) const {
  for (const Request& request : requests_) {
    if (request.name == name) return &request;
  }
  return nullptr;
}

bool DeathWatch::still_armed(const Request* request) const {
  return (type_of_name(request->name) & MACH_PORT_TYPE_DNREQUEST) != 0;
}

void DeathWatch::forget_if_done(Watch* watch) {
  if (watch->cancelled && watch->freed) seam::deallocate(watch);
}

// ---- The background thread --------------------------------------------------------------------------------

// Without a thread the items wait; the next caller tries again.
void DeathWatch::start_thread() {
  if (!thread_started_) thread_started_ = seam::start_background_thread(thread, this);
}

// Sent to a send-once right, which a full queue does not stop. lock_ is held.
void DeathWatch::post(mach_msg_id_t id, Watch* watch, mach_port_t name) {
  open();
  start_thread();
  Item item = {};
  item.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND_ONCE, 0);
  item.header.msgh_size = sizeof item;
  item.header.msgh_remote_port = port_;
  item.header.msgh_id = id;
  item.watch = watch;
  item.name = name;
  if (mach_msg(&item.header, MACH_SEND_MSG, sizeof item, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL) !=
      MACH_MSG_SUCCESS) {
    seam::trap();
  }
}

void DeathWatch::thread(void* self) {
  auto* watch = static_cast<DeathWatch*>(self);
  const mach_port_t port = watch->port_;
  for (;;) {
    alignas(std::uint64_t) unsigned char buffer[256];
    auto* message = reinterpret_cast<mach_msg_header_t*>(buffer);
    const mach_msg_return_t result =
        mach_msg(message, MACH_RCV_MSG, 0, sizeof buffer, port, MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
    if (result == MACH_MSG_SUCCESS) {
      watch->handle(message);
    } else if (result != MACH_RCV_INTERRUPTED && result != MACH_RCV_TOO_LARGE) {
      return;  // somebody has destroyed the port
    }
  }
}

void DeathWatch::handle(mach_msg_header_t* message) {
  if (message->msgh_id == cancellation_id) {
    cancellation_done(reinterpret_cast<const Item*>(message)->watch);
  } else if (message->msgh_id == drop_rights_id) {
    drop_owned_rights_separately(reinterpret_cast<const Item*>(message)->name);
  } else if (message->msgh_id == death_id) {
    registry_sweep(library().registry);
  } else if (message->msgh_id == MACH_NOTIFY_DEAD_NAME) {
    const mach_port_t name = reinterpret_cast<const mach_dead_name_notification_t*>(message)->not_port;
    // The notification came with a user reference. The name may be another port's by now: then there is
    // none to give back.
    mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_DEAD_NAME, -1);
    name_noticed(name, true);
  } else if (message->msgh_id == MACH_NOTIFY_PORT_DELETED) {
    name_noticed(reinterpret_cast<const mach_port_deleted_notification_t*>(message)->not_port, false);
  } else {
    mach_msg_destroy(message);
  }
}

// The oldest request of `name` has told that its port died, or that the name went while the port lived on.
// The latter is a death, too, where the name was the receive right's own (facts cfmachport 9, "not noticed").
void DeathWatch::name_noticed(mach_port_t name, bool died) {
  bool death = false;
  {
    const seam::Lock lock(lock_);
    const Request* request = oldest_request(name);
    if (request == nullptr) return;
    const std::uint32_t serial = request->serial;
    requests_.erase(request);
    for (Watch* watch : watches_) {
      if (watch->request != serial) continue;
      watch->request = 0;
      if (!died) watch->ownership.gone = true;
      const bool counts = died || (library().edition.receive_only_watched && watch->had_receive);
      if (counts && !watch->cancelling) death = true;
    }
    if (death) rights_.death_noticed(name);
  }
  if (death) registry_sweep(library().registry);
}

void DeathWatch::cancellation_done(Watch* watch) {
  const mach_port_t name = watch->name;
  RightsAction action;
  {
    const seam::Lock lock(lock_);
    bool shared = false;
    const Watch* const* place = nullptr;
    for (Watch*& other : watches_) {
      if (other == watch) {
        place = &other;
      } else if (other->request == watch->request) {
        shared = true;
      }
    }
    watches_.erase(const_cast<Watch* const*>(place));
    if (!shared && watch->request != 0) disarm(watch);
    watch->cancelled = true;
    action = rights_.watch_cancelled(name, watch->ownership, watch->freed);
    if (action == RightsAction::later) post(drop_rights_id, nullptr, name);
    forget_if_done(watch);
  }
  carry_out(action, name);
}

}  // namespace portunus::cf
