#include "impl/mach/hosted/right.h"

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/notification.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/require.h"

namespace portunus::hosted {
namespace {

void release_send(Kernel& kernel, Port& port) {
  require(port.send_rights != 0, "a send right that was not counted is released");
  --port.send_rights;
  if (port.active && port.send_rights == 0 && port.no_senders_request.exists()) {
    notify_no_senders(kernel, take(port.no_senders_request), port.make_send_count);
  }
  if (port.send_rights == 0 && port.object.kind == KernelObject::Kind::semaphore) {
    forget_semaphore(kernel, *port.object.semaphore);
  }
  kernel.drop_reference(port);
}

void release_send_once(Kernel& kernel, Right right) {
  // The kernel's own ports are not told.
  if (right.port->active && !right.port->is_kernels()) {
    notify_send_once(kernel, right);
    return;
  }
  --right.port->send_once_rights;
  kernel.drop_reference(*right.port);
}

void release_receive(Kernel& kernel, Right right) {
  Port& port = *right.port;
  // A request whose own port has died, or is this one, saves nothing (facts mach-xnu 3).
  Right request = take(port.port_destroyed_request);
  if (request.exists() && request.port->active && request.port != &port) {
    detach_receiver(kernel, port);
    notify_port_destroyed(kernel, request, right);
    return;
  }
  port.port_destroyed_request = request;
  kill(kernel, port);
}

}  // namespace

Right make_send(Port& port) {
  ++port.make_send_count;
  ++port.send_rights;
  ++port.references;
  return Right{RightKind::send, &port};
}

Right copy_send(Port& port) {
  ++port.send_rights;
  ++port.references;
  return Right{RightKind::send, &port};
}

Right make_send_once(Port& port) {
  ++port.send_once_rights;
  ++port.references;
  return Right{RightKind::send_once, &port};
}

Right take(Right& right) {
  const Right taken = right;
  right = Right{};
  return taken;
}

void release(Kernel& kernel, Right right) {
  switch (right.kind) {
    case RightKind::null:
    case RightKind::dead:
      break;
    case RightKind::receive:
      release_receive(kernel, right);
      break;
    case RightKind::send:
      release_send(kernel, *right.port);
      break;
    case RightKind::send_once:
      release_send_once(kernel, right);
      break;
  }
}

mach_msg_type_name_t received_disposition(mach_msg_type_name_t disposition) {
  switch (disposition) {
    case MACH_MSG_TYPE_MOVE_RECEIVE:
      return MACH_MSG_TYPE_PORT_RECEIVE;
    case MACH_MSG_TYPE_MOVE_SEND:
    case MACH_MSG_TYPE_COPY_SEND:
    case MACH_MSG_TYPE_MAKE_SEND:
      return MACH_MSG_TYPE_PORT_SEND;
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
    case MACH_MSG_TYPE_MAKE_SEND_ONCE:
      return MACH_MSG_TYPE_PORT_SEND_ONCE;
    default:
      return MACH_MSG_TYPE_PORT_NONE;
  }
}

mach_msg_type_name_t disposition_of(RightKind kind) {
  switch (kind) {
    case RightKind::receive:
      return MACH_MSG_TYPE_PORT_RECEIVE;
    case RightKind::send:
      return MACH_MSG_TYPE_PORT_SEND;
    case RightKind::send_once:
      return MACH_MSG_TYPE_PORT_SEND_ONCE;
    case RightKind::null:
    case RightKind::dead:
      break;
  }
  return MACH_MSG_TYPE_PORT_NONE;
}

}  // namespace portunus::hosted
