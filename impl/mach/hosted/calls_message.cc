// The calls of <mach/message.h>.
#include <mach/mach.h>

#include <cstring>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/descriptor.h"
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
  Task& task = kernel.current_task();
  const MessageIn in = copyin_message(kernel, task, client, size);
  if (in.code != MACH_MSG_SUCCESS) return in.code;
  Message& message = *in.message;
  const Time deadline = deadline_for(kernel, (option & MACH_SEND_TIMEOUT) != 0, timeout);
  const mach_msg_return_t code = send(kernel, message, deadline);
  if (code == MACH_MSG_SUCCESS) return code;
  if (!task.alive) {
    kernel.destroy(message);
    return code;
  }
  if (code == MACH_SEND_TIMED_OUT && (option & MACH_SEND_NOTIFY) != 0) {
    Port& port = *message.destination.port;
    arm_send_possible_request(task.space, client->msgh_remote_port, port);
  }
  return_to_sender(kernel, task, message, client);
  return code;
}

mach_msg_return_t receive_message(Kernel& kernel, mach_msg_header_t* client, mach_msg_option_t option,
                                  mach_msg_size_t limit, mach_port_name_t name, mach_msg_timeout_t timeout) {
  Task& task = kernel.current_task();
  const Time deadline = deadline_for(kernel, (option & MACH_RCV_TIMEOUT) != 0, timeout);
  const Received received = receive(kernel, task.space, name, limit, option, deadline);
  if (received.message != nullptr && !task.alive) {
    kernel.destroy(*received.message);
    return MACH_RCV_INTERRUPTED;
  }
  if (received.message != nullptr) {
    return copyout_message(kernel, task, *received.message, client, limit, option);
  }
  if (received.code == MACH_RCV_TOO_LARGE)
    report_large(client, limit, option, received.size, received.member);
  return received.code;
}

// One entry into the kernel: a send, a receive, or one after the other. A message whose send was interrupted
// can be sent as it then is.
struct Exchange {
  mach_msg_header_t* sent;
  mach_msg_header_t* received;
  mach_msg_option_t option;
  mach_msg_size_t send_size;
  mach_msg_size_t receive_size;
  mach_port_name_t receive_name;
  mach_msg_timeout_t timeout;

  mach_msg_return_t run() const {
    Call call;
    mach_msg_return_t code = MACH_MSG_SUCCESS;
    if ((option & MACH_SEND_MSG) != 0) code = send_message(call.kernel, sent, option, send_size, timeout);
    if (code != MACH_MSG_SUCCESS || (option & MACH_RCV_MSG) == 0) return code;
    return receive_message(call.kernel, received, option, receive_size, receive_name, timeout);
  }
};

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

void drop_memory(const void* address, std::size_t size) {
  vm_deallocate(mach_task_self(), reinterpret_cast<vm_address_t>(address), size);
}

void drop_array(const mach_msg_ool_ports_descriptor_t& array) {
  const auto* const names = static_cast<const mach_port_name_t*>(array.address);
  for (mach_msg_size_t index = 0; index < array.count; ++index) {
    drop_named_right(names[index], array.disposition);
  }
  if (array.deallocate != 0) drop_memory(names, array.count * sizeof *names);
}

void drop_descriptor(const mach_msg_descriptor_t& descriptor) {
  switch (descriptor.type.type) {
    case MACH_MSG_PORT_DESCRIPTOR:
      drop_named_right(descriptor.port.name, descriptor.port.disposition);
      break;
    case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
      mach_port_destruct(mach_task_self(), descriptor.guarded_port.name, 0, descriptor.guarded_port.context);
      break;
    case MACH_MSG_OOL_PORTS_DESCRIPTOR:
      drop_array(descriptor.ool_ports);
      break;
    default:
      if (descriptor.out_of_line.deallocate != 0) {
        drop_memory(descriptor.out_of_line.address, descriptor.out_of_line.size);
      }
  }
}

}  // namespace
}  // namespace portunus::hosted

extern "C" {

mach_msg_return_t mach_msg_overwrite(mach_msg_header_t* msg, mach_msg_option_t option,
                                     mach_msg_size_t send_size, mach_msg_size_t rcv_size,
                                     mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
                                     mach_port_name_t /*notify: obsolete*/, mach_msg_header_t* rcv_msg,
                                     mach_msg_size_t /*rcv_limit: of a scatter list, which there is not*/) {
  using portunus::hosted::Exchange;
  Exchange exchange = {.sent = msg,
                       .received = rcv_msg == nullptr ? msg : rcv_msg,
                       .option = option,
                       .send_size = send_size,
                       .receive_size = rcv_size,
                       .receive_name = rcv_name,
                       .timeout = timeout};
  mach_msg_return_t code = exchange.run();
  if ((option & MACH_SEND_INTERRUPT) == 0) {
    while (code == MACH_SEND_INTERRUPTED) code = exchange.run();
  }
  if ((option & MACH_RCV_INTERRUPT) == 0) {
    exchange.option &= ~MACH_SEND_MSG;
    while (code == MACH_RCV_INTERRUPTED) code = exchange.run();
  }
  return code;
}

mach_msg_return_t mach_msg(mach_msg_header_t* msg, mach_msg_option_t option, mach_msg_size_t send_size,
                           mach_msg_size_t rcv_size, mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
                           mach_port_name_t notify) {
  return mach_msg_overwrite(msg, option, send_size, rcv_size, rcv_name, timeout, notify, nullptr, 0);
}

void mach_msg_destroy(mach_msg_header_t* msg) {
  using namespace portunus::hosted;
  drop_named_right(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
  if (!MACH_MSGH_BITS_IS_COMPLEX(msg->msgh_bits)) return;
  mach_msg_body_t body;
  std::memcpy(&body, msg + 1, sizeof body);
  const auto* client = reinterpret_cast<const unsigned char*>(msg + 1) + sizeof body;
  for (mach_msg_size_t index = 0; index < body.msgh_descriptor_count; ++index) {
    mach_msg_type_descriptor_t common;
    std::memcpy(&common, client, sizeof common);
    const std::size_t size = descriptor_size(common.type);
    if (size == 0) return;  // nothing that this kernel sends or takes
    mach_msg_descriptor_t descriptor;
    std::memcpy(&descriptor, client, size);
    drop_descriptor(descriptor);
    client += size;
  }
}

}  // extern "C"
