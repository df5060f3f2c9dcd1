// The calls of <mach/message.h>.
#include <mach/mach.h>

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

}  // extern "C"
