#include "impl/mach/hosted/message_out.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "impl/mach/hosted/client_memory.h"
#include "impl/mach/hosted/descriptor.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

mach_msg_bits_t complex_bit(const Message& message) {
  return message.complex ? MACH_MSGH_BITS_COMPLEX : MACH_MSGH_BITS_ZERO;
}

// The receiver's view: where the message came to is local now, and the reply right is remote.
mach_msg_header_t received_header(Space& space, const Message& message) {
  const Port& port = *message.destination.port;
  return mach_msg_header_t{
      .msgh_bits = MACH_MSGH_BITS(message.reply_disposition, disposition_of(message.destination.kind)) |
                   complex_bit(message),
      .msgh_size = message.size(),
      .msgh_remote_port = MACH_PORT_NULL,
      .msgh_local_port = port.receiver == &space ? port.receiver_name : MACH_PORT_NULL,
      .msgh_voucher_port = message.voucher,
      .msgh_id = message.id};
}

// The right that brought the message has done its work: an unused send-once right would say so, this one not.
void consume_destination(Kernel& kernel, Message& message) {
  const Right right = take(message.destination);
  if (right.kind != RightKind::send_once) {
    release(kernel, right);
    return;
  }
  --right.port->send_once_rights;
  kernel.drop_reference(*right.port);
}

void write_message(const mach_msg_header_t& header, const Message& message, mach_msg_header_t* client) {
  *client = header;
  if (!message.payload.empty()) std::memcpy(client + 1, message.payload.data(), message.payload.size());
}

// The kernel, or a task: one user's of a machine's, and which task it is.
void tell_sender(std::uint32_t sender, mach_msg_max_trailer_t& trailer) {
  constexpr unsigned user = 501;
  constexpr unsigned group = 20;
  trailer.msgh_sender = KERNEL_SECURITY_TOKEN_VALUE;
  if (sender == 0) return;
  trailer.msgh_sender = {{user, group}};
  trailer.msgh_audit = {{user, user, group, user, group, sender, 0, 0}};
}

// It ends where `room` does.
void write_trailer(std::byte* client, std::size_t room, const mach_msg_max_trailer_t& trailer) {
  std::memcpy(client, &trailer, std::min<std::size_t>(room, trailer.msgh_trailer_size));
}

mach_msg_return_t refuse_large(Kernel& kernel, const mach_msg_header_t& header, Message& message,
                               mach_msg_header_t* client, mach_msg_size_t limit) {
  const mach_msg_max_trailer_t trailer =
      trailer_of(message, *message.destination.port, sizeof(mach_msg_trailer_t), message.seqno);
  consume_destination(kernel, message);
  kernel.destroy(message);
  if (!is_plausible(client) || limit < sizeof header) return MACH_RCV_INVALID_DATA;
  *client = header;
  client->msgh_size = sizeof header;
  write_trailer(reinterpret_cast<std::byte*>(client + 1), limit - sizeof header, trailer);
  return MACH_RCV_TOO_LARGE;
}

}  // namespace

mach_msg_max_trailer_t trailer_of(const Message& message, const Port& port, mach_msg_trailer_size_t size,
                                  mach_port_seqno_t seqno) {
  mach_msg_max_trailer_t trailer = {};
  trailer.msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0;
  trailer.msgh_trailer_size = size;
  trailer.msgh_seqno = seqno;
  if (size > sizeof(mach_msg_seqno_trailer_t)) tell_sender(message.sender, trailer);
  trailer.msgh_context = port.guard.context;
  return trailer;
}

mach_msg_return_t copyout_message(Kernel& kernel, Task& task, Message& message, mach_msg_header_t* client,
                                  mach_msg_size_t limit, mach_msg_option_t option) {
  Space& space = task.space;
  mach_msg_header_t header = received_header(space, message);
  const mach_msg_trailer_size_t trailer_size = REQUESTED_TRAILER_SIZE(option);
  const mach_msg_max_trailer_t trailer =
      trailer_of(message, *message.destination.port, trailer_size, message.seqno);
  if (message.size() + trailer_size > limit) return refuse_large(kernel, header, message, client, limit);
  header.msgh_remote_port = copyout(kernel, space, take(message.reply));
  consume_destination(kernel, message);
  copyout_body(kernel, task, message, option, client);
  header.msgh_size = message.size();
  const bool writable = is_plausible(client);
  if (writable) {
    write_message(header, message, client);
    write_trailer(reinterpret_cast<std::byte*>(client) + message.size(), trailer_size, trailer);
  }
  kernel.free(message);
  return writable ? MACH_MSG_SUCCESS : MACH_RCV_INVALID_DATA;
}

void return_to_sender(Kernel& kernel, Task& task, Message& message, mach_msg_header_t* client) {
  Space& space = task.space;
  const mach_msg_bits_t bits =
      MACH_MSGH_BITS(disposition_of(message.destination.kind), message.reply_disposition) |
      complex_bit(message);
  const mach_port_name_t destination = copyout(kernel, space, take(message.destination));
  const mach_port_name_t reply = copyout(kernel, space, take(message.reply));
  copyout_body(kernel, task, message, MACH_RCV_GUARDED_DESC, client);
  const mach_msg_header_t header = {.msgh_bits = bits,
                                    .msgh_size = message.size(),
                                    .msgh_remote_port = destination,
                                    .msgh_local_port = reply,
                                    .msgh_voucher_port = message.voucher,
                                    .msgh_id = message.id};
  write_message(header, message, client);
  kernel.free(message);
}

void report_large(mach_msg_header_t* client, mach_msg_size_t limit, mach_msg_option_t option,
                  mach_msg_size_t size, mach_port_name_t member) {
  if (!is_plausible(client)) return;
  if (limit >= offsetof(mach_msg_header_t, msgh_remote_port)) client->msgh_size = size;
  const bool identity = (option & MACH_RCV_LARGE_IDENTITY) != 0;
  if (identity && limit >= offsetof(mach_msg_header_t, msgh_voucher_port)) client->msgh_local_port = member;
}

}  // namespace portunus::hosted
