#include "impl/mach/hosted/message_in.h"

#include <cstring>

#include "impl/mach/hosted/client_memory.h"
#include "impl/mach/hosted/descriptor.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

constexpr std::size_t smallest_descriptor = sizeof(mach_msg_port_descriptor_t);

mach_msg_return_t check_size(const mach_msg_header_t& header, const mach_msg_header_t* client,
                             mach_msg_size_t size) {
  if (!MACH_MSGH_BITS_IS_COMPLEX(header.msgh_bits)) return MACH_MSG_SUCCESS;
  if (size < sizeof(mach_msg_base_t)) return MACH_SEND_MSG_TOO_SMALL;
  mach_msg_body_t body;
  std::memcpy(&body, client + 1, sizeof body);
  const std::size_t room = (size - sizeof(mach_msg_base_t)) / smallest_descriptor;
  return body.msgh_descriptor_count <= room ? MACH_MSG_SUCCESS : MACH_SEND_MSG_TOO_SMALL;
}

mach_msg_return_t check_dispositions(const mach_msg_header_t& header) {
  const mach_msg_type_name_t reply = MACH_MSGH_BITS_LOCAL(header.msgh_bits);
  if (!MACH_MSG_TYPE_PORT_ANY_SEND(MACH_MSGH_BITS_REMOTE(header.msgh_bits))) return MACH_SEND_INVALID_HEADER;
  const bool reply_fits =
      reply == 0 ? header.msgh_local_port == MACH_PORT_NULL : MACH_MSG_TYPE_PORT_ANY_SEND(reply);
  if (!reply_fits) return MACH_SEND_INVALID_HEADER;
  // There are no vouchers here.
  if (MACH_MSGH_BITS_VOUCHER(header.msgh_bits) != 0) return MACH_SEND_INVALID_VOUCHER;
  return MACH_MSG_SUCCESS;
}

// Whether both rights can be had, before either is taken. One name for both is a case of its own: what the
// one takes must not be what the other needs.
mach_msg_return_t check_header_rights(Kernel& kernel, Space& space, const mach_msg_header_t& header) {
  const mach_port_name_t name = header.msgh_remote_port;
  const mach_port_name_t reply_name = header.msgh_local_port;
  const mach_msg_type_name_t disposition = MACH_MSGH_BITS_REMOTE(header.msgh_bits);
  const mach_msg_type_name_t reply_disposition = MACH_MSGH_BITS_LOCAL(header.msgh_bits);
  const bool same = name == reply_name;

  if (!MACH_PORT_VALID(name)) return MACH_SEND_INVALID_DEST;
  if (same &&
      (disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE || reply_disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE)) {
    return MACH_SEND_INVALID_DEST;
  }
  if (!can_copyin(kernel, space, name, disposition, DeadSendOnce::still_sends)) return MACH_SEND_INVALID_DEST;
  const Entry& entry = *space.find(name);
  if (entry.type == MACH_PORT_TYPE_DEAD_NAME) return MACH_SEND_INVALID_DEST;
  if (MACH_PORT_VALID(reply_name) && !can_copyin(kernel, space, reply_name, reply_disposition)) {
    return MACH_SEND_INVALID_REPLY;
  }
  const bool both_move =
      disposition == MACH_MSG_TYPE_MOVE_SEND && reply_disposition == MACH_MSG_TYPE_MOVE_SEND;
  if (same && both_move && entry.urefs < 2) return MACH_SEND_INVALID_DEST;
  return MACH_MSG_SUCCESS;
}

Right copyin_reply(Kernel& kernel, Space& space, const mach_msg_header_t& header) {
  if (header.msgh_local_port == MACH_PORT_NULL) return Right{};
  if (header.msgh_local_port == MACH_PORT_DEAD) return Right{RightKind::dead, nullptr};
  return copyin(kernel, space, header.msgh_local_port, MACH_MSGH_BITS_LOCAL(header.msgh_bits)).right;
}

Right copyin_destination(Kernel& kernel, Space& space, const mach_msg_header_t& header) {
  return copyin(kernel, space, header.msgh_remote_port, MACH_MSGH_BITS_REMOTE(header.msgh_bits),
                DeadSendOnce::still_sends)
      .right;
}

// Requires: the header's rights have been checked.
void copyin_header(Kernel& kernel, Space& space, const mach_msg_header_t& header, Message& message) {
  // With one name for both, the right that is moved goes last, or the other would find nothing to copy.
  const bool reply_first = MACH_MSGH_BITS_REMOTE(header.msgh_bits) == MACH_MSG_TYPE_MOVE_SEND;
  if (reply_first) message.reply = copyin_reply(kernel, space, header);
  message.destination = copyin_destination(kernel, space, header);
  if (!reply_first) message.reply = copyin_reply(kernel, space, header);
  message.reply_disposition = received_disposition(MACH_MSGH_BITS_LOCAL(header.msgh_bits));
  message.complex = MACH_MSGH_BITS_IS_COMPLEX(header.msgh_bits);
  message.voucher = header.msgh_voucher_port;
  message.id = header.msgh_id;
}

}  // namespace

MessageIn copyin_message(Kernel& kernel, Task& task, const mach_msg_header_t* client, mach_msg_size_t size) {
  Space& space = task.space;
  if (size < sizeof(mach_msg_header_t) || size % sizeof(natural_t) != 0)
    return {MACH_SEND_MSG_TOO_SMALL, nullptr};
  if (!is_plausible(client)) return {MACH_SEND_INVALID_DATA, nullptr};
  const mach_msg_header_t header = *client;
  mach_msg_return_t code = check_size(header, client, size);
  if (code == MACH_MSG_SUCCESS) code = check_dispositions(header);
  if (code == MACH_MSG_SUCCESS) code = check_header_rights(kernel, space, header);
  if (code != MACH_MSG_SUCCESS) return {code, nullptr};

  Message& message = kernel.make_message();
  copyin_header(kernel, space, header, message);
  const auto* const bytes = reinterpret_cast<const std::byte*>(client);
  message.payload.assign(bytes + sizeof header, bytes + size);
  message.sender = task.serial;
  code = copyin_body(kernel, task, message);
  if (code == MACH_MSG_SUCCESS) return {code, &message};
  kernel.destroy(message);
  return {code, nullptr};
}

}  // namespace portunus::hosted
