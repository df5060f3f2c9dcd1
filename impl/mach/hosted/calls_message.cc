// The calls of <mach/message.h>.
#include <mach/mach.h>

#include <cstring>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/message_in.h"
#include "impl/mach/hosted/message_out.h"
#include "impl/mach/hosted/request.h"

namespace portunus::hosted {
namespace {

Time deadline_for(Kernel& kernel, bool timed, mach_msg_timeout_t timeout) {
  return timed ? after_milliseconds(kernel.scheduler().now(), timeout) : never;
}

mach_msg_return_t send_message(Kernel& kernel, mach_msg_header_t* client, mach_msg_option_t option,
                               mach_msg_size_t size, mach_msg_timeout_t timeout) {
  Space& space = kernel.current_task().space;
  const MessageIn in = copyin_message(kernel, space, client, size);
  if (in.code != MACH_MSG_SUCCESS) return in.code;
  Message& message = *in.message;
  const Time deadline = deadline_for(kernel, (option & MACH_SEND_TIMEOUT) != 0, timeout);
  const mach_msg_return_t code = send(kernel, message, deadline);
  if (code == MACH_MSG_SUCCESS) return code;
  if ((option & MACH_SEND_NOTIFY) != 0) {
    Port& port = *message.destination.port;
    arm_send_possible_request(space, client->msgh_remote_port, port);
  }
  return_to_sender(kernel, space, message, client);
  return code;
}

mach_msg_return_t receive_message(Kernel& kernel, mach_msg_header_t* client, mach_msg_option_t option,
                                  mach_msg_size_t limit, mach_port_name_t name, mach_msg_timeout_t timeout) {
  Space& space = kernel.current_task().space;
  const Time deadline = deadline_for(kernel, (option & MACH_RCV_TIMEOUT) != 0, timeout);
  const Received received = receive(kernel, space, name, limit, option, deadline);
  if (received.message != nullptr) {
    return copyout_message(kernel, space, *received.message, client, limit, option);
  }
  if (received.code == MACH_RCV_TOO_LARGE)
    report_large(client, limit, option, received.size, received.member);
  return received.code;
}

// What a client does with a right that it finds in a message and does not want.
void drop_named_right(mach_port_name_t name, mach_msg_type_name_t disposition) {
  const mach_port_t task = mach_task_self();
  if (!MACH_PORT_VALID(name)) return;
  switch (disposition) {
    case MACH_MSG_TYPE_MOVE_SEND:
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
      mach_port_deallocate(task, name);
      break;
    case MACH_MSG_TYPE_MOVE_RECEIVE:
      mach_port_mod_refs(task, name, MACH_PORT_RIGHT_RECEIVE, -1);
      break;
    case MACH_MSG_TYPE_MAKE_SEND:
    case MACH_MSG_TYPE_MAKE_SEND_ONCE: {
      // Made and dropped, so that the port sees the right come and go.
      mach_port_t made = MACH_PORT_NULL;
      mach_msg_type_name_t type = 0;
      if (mach_port_extract_right(task, name, disposition, &made, &type) == KERN_SUCCESS) {
        mach_port_deallocate(task, made);
      }
      break;
    }
    default:
      break;
  }
}

}  // namespace
}  // namespace portunus::hosted

extern "C" {

mach_msg_return_t mach_msg(mach_msg_header_t* msg, mach_msg_option_t option, mach_msg_size_t send_size,
                           mach_msg_size_t rcv_size, mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
                           mach_port_name_t /*notify*/) {
  using namespace portunus::hosted;
  Call call;
  mach_msg_return_t code = MACH_MSG_SUCCESS;
  if ((option & MACH_SEND_MSG) != 0) code = send_message(call.kernel, msg, option, send_size, timeout);
  if (code != MACH_MSG_SUCCESS || (option & MACH_RCV_MSG) == 0) return code;
  return receive_message(call.kernel, msg, option, rcv_size, rcv_name, timeout);
}

void mach_msg_destroy(mach_msg_header_t* msg) {
  using portunus::hosted::drop_named_right;
  drop_named_right(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
  if (!MACH_MSGH_BITS_IS_COMPLEX(msg->msgh_bits)) return;
  mach_msg_body_t body;
  std::memcpy(&body, msg + 1, sizeof body);
  const auto* descriptor = reinterpret_cast<const unsigned char*>(msg + 1) + sizeof body;
  for (mach_msg_size_t index = 0; index < body.msgh_descriptor_count; ++index) {
    mach_msg_port_descriptor_t port;
    std::memcpy(&port, descriptor, sizeof port);
    if (port.type != MACH_MSG_PORT_DESCRIPTOR) return;  // nothing that this kernel sends or takes
    drop_named_right(port.name, port.disposition);
    descriptor += sizeof port;
  }
}

}  // extern "C"
