#include "impl/cf/delivery.h"

#include <mach/mach.h>

#include "impl/cf/library.h"
#include "impl/cf/mach_port.h"

namespace portunus::cf {
namespace {

// The port is no longer Ready: nobody gets the message.
void give_up(void* message) {
  if (library().edition.undeliverable_destroyed) mach_msg_destroy(static_cast<mach_msg_header_t*>(message));
}

// Gets the delivery its own hold on the info: what ctx.retain gives back. False, with nothing retained, when
// the port is not Ready. ctx.retain runs under the port's lock, so that an Invalidate on another thread
// cannot release the info while it is being retained.
bool retain_for_delivery(CFMachPortRef port, void*& info) {
  const PortLock lock(port);
  if (port->state != State::ready) return false;
  info = port->info;
  if (port->context.retain != nullptr) info = const_cast<void*>(port->context.retain(info));
  return true;
}

}  // namespace

void* deliver_message(void* message, CFIndex size, CFAllocatorRef, void* object) {
  const auto port = static_cast<CFMachPortRef>(object);
  void* info = nullptr;
  if (!retain_for_delivery(port, info)) {
    give_up(message);
    return nullptr;
  }
  if (port->state == State::ready || library().edition.callout_after_invalidation) {
    port->callout(port, message, size, info);
  } else {
    give_up(message);
  }
  const CFMachPortContext& context = port->context;
  if (context.retain != nullptr && context.release != nullptr) context.release(info);
  return nullptr;
}

}  // namespace portunus::cf
