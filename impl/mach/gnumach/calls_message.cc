// mach_msg: Darwin's options and layouts on GNU Mach's trap. The header is the same but for one word, which
// holds the sequence number here and a voucher there (facts gnumach 6).
#include <mach/mach.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "impl/mach/gnumach/arrival.h"
#include "impl/mach/gnumach/body.h"
#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/mach/gnumach/membership.h"
#include "impl/mach/gnumach/notification.h"
#include "impl/mach/gnumach/thread.h"

namespace {

using portunus::gnumach::kernel_mach_msg;
using portunus::gnumach::KernelMessage;
using portunus::gnumach::MessageHeader;
using portunus::gnumach::nanoseconds_in_millisecond;
using portunus::gnumach::tick_milliseconds;
using portunus::gnumach::Time;
using portunus::gnumach::TimedWait;
using portunus::gnumach::Wait;

namespace gnumach = portunus::gnumach;

static_assert(sizeof(MessageHeader) == sizeof(mach_msg_header_t));

MessageHeader* kernel_header(mach_msg_header_t* message) {
  return reinterpret_cast<MessageHeader*>(message);
}

Time deadline_after(mach_msg_timeout_t milliseconds) {
  return gnumach::now() + Time{milliseconds} * nanoseconds_in_millisecond;
}

// ---- Sending ----------------------------------------------------------------------------------------------

struct Dispatch {
  MessageHeader* message;
  mach_msg_size_t size;

  mach_msg_return_t once(std::uint32_t options, mach_msg_timeout_t milliseconds) const {
    return kernel_mach_msg(message, gnumach::send_option | options, size, 0, MACH_PORT_NULL, milliseconds,
                           MACH_PORT_NULL);
  }
};

mach_msg_return_t send_within(const Dispatch& dispatch, mach_msg_option_t option,
                              mach_msg_timeout_t timeout) {
  if ((option & MACH_SEND_TIMEOUT) == 0) return dispatch.once(0, 0);
  if (timeout == 0) return dispatch.once(gnumach::send_timeout_option, 0);
  TimedWait wait(deadline_after(timeout));
  for (;;) {
    const mach_msg_return_t code = dispatch.once(gnumach::send_timeout_option, tick_milliseconds);
    if (code != MACH_SEND_TIMED_OUT || wait.passed()) return code;
    // The rights of the message are this task's again, as if it had been received, and the message says so
    // (facts mach): sent once more, they move.
  }
}

// The names of the receive rights that a message is to take with it.
std::vector<mach_port_name_t> leaving(const KernelMessage& kernel) {
  std::vector<mach_port_name_t> names;
  gnumach::for_each_item(kernel, [&](const gnumach::Item& item) {
    if (item.in_body && item.type == MACH_MSG_TYPE_MOVE_RECEIVE)
      names.insert(names.end(), item.data, item.data + item.number);
  });
  return names;
}

// A receive right that has left is a member of no set any more, even if it has come back.
void leave_sets(const std::vector<mach_port_name_t>& names, bool came_back) {
  for (const mach_port_name_t name : names) {
    if (came_back) gnumach::move_member(name, MACH_PORT_NULL);
    gnumach::forget_if_gone(name);
  }
}

mach_msg_return_t send_complex(mach_msg_header_t* message, mach_msg_option_t option, mach_msg_size_t size,
                               mach_msg_timeout_t timeout) {
  KernelMessage kernel;
  const mach_msg_return_t malformed = gnumach::to_kernel_form(message, size, kernel);
  if (malformed != MACH_MSG_SUCCESS) return malformed;
  const auto bytes = static_cast<mach_msg_size_t>(kernel.size() * sizeof(std::uint32_t));
  const Dispatch dispatch{.message = reinterpret_cast<MessageHeader*>(kernel.data()), .size = bytes};
  const std::vector<mach_port_name_t> moved = leaving(kernel);
  const mach_msg_return_t code = send_within(dispatch, option, timeout);
  leave_sets(moved, code == MACH_SEND_TIMED_OUT);
  if (code == MACH_SEND_TIMED_OUT) {
    gnumach::name_returned(kernel);
    gnumach::from_kernel_form(kernel, message, size);
  }
  return code;
}

mach_msg_return_t send(mach_msg_header_t* message, mach_msg_option_t option, mach_msg_size_t size,
                       mach_msg_timeout_t timeout) {
  if (size >= sizeof *message) {
    message->msgh_bits &= MACH_MSGH_BITS_REMOTE_MASK | MACH_MSGH_BITS_LOCAL_MASK | MACH_MSGH_BITS_COMPLEX;
    message->msgh_voucher_port = MACH_PORT_NULL;
    if (MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits)) return send_complex(message, option, size, timeout);
  }
  const mach_msg_return_t code =
      send_within({.message = kernel_header(message), .size = size}, option, timeout);
  if (code == MACH_SEND_TIMED_OUT) gnumach::name_returned(*kernel_header(message));
  return code;
}

// ---- Receiving --------------------------------------------------------------------------------------------

struct Receipt {
  mach_msg_header_t* message;
  std::uint32_t options;
  mach_msg_size_t room;  // for the message without its trailer
  mach_port_name_t from;

  mach_msg_return_t once(std::uint32_t more_options, mach_msg_timeout_t milliseconds) const {
    return kernel_mach_msg(kernel_header(message), options | more_options, 0, room, from, milliseconds,
                           MACH_PORT_NULL);
  }
};

// The kernel's answer when another wait has taken the port into a set: nothing that Darwin would tell.
bool is_disturbed(mach_msg_return_t code) {
  return code == MACH_RCV_PORT_CHANGED || code == MACH_RCV_IN_SET;
}

mach_msg_return_t receive_now(const Receipt& receipt) {
  Wait wait(receipt.from);
  return wait.poll(kernel_header(receipt.message), receipt.options, receipt.room);
}

mach_msg_return_t receive_some_time(const Receipt& receipt) {
  for (;;) {
    const Wait wait(receipt.from);
    const mach_msg_return_t code = receipt.once(0, 0);
    if (!is_disturbed(code)) return code;
  }
}

mach_msg_return_t receive_until(const Receipt& receipt, Time deadline) {
  TimedWait time(deadline);
  for (;;) {
    Wait wait(receipt.from);
    mach_msg_return_t code = MACH_RCV_TIMED_OUT;
    while (code == MACH_RCV_TIMED_OUT && !time.passed())
      code = receipt.once(gnumach::receive_timeout_option, tick_milliseconds);
    if (is_disturbed(code)) continue;
    if (code != MACH_RCV_TIMED_OUT) return code;
    // Another thread may have had our ports at home when the last tick began.
    return wait.poll(kernel_header(receipt.message), receipt.options, receipt.room);
  }
}

// As much of a trailer as was asked for, behind the message; `room` is what the buffer has for it.
void write_trailer(mach_msg_header_t* message, mach_msg_size_t offset, mach_msg_trailer_size_t size,
                   mach_msg_size_t room, mach_port_seqno_t seqno) {
  mach_msg_max_trailer_t trailer = {};
  trailer.msgh_trailer_type = MACH_MSG_TRAILER_FORMAT_0;
  trailer.msgh_trailer_size = size;
  trailer.msgh_seqno = seqno;
  std::memcpy(reinterpret_cast<unsigned char*>(message) + offset, &trailer, std::min(size, room));
}

// Names the rights, and makes Darwin's form of the body. False where that needs more than there is room for.
bool make_darwin_message(mach_msg_header_t* message, mach_msg_size_t room) {
  if (!MACH_MSGH_BITS_IS_COMPLEX(message->msgh_bits)) {
    gnumach::name_received(*kernel_header(message));
    return true;
  }
  KernelMessage kernel(message->msgh_size / sizeof(std::uint32_t));
  std::memcpy(kernel.data(), message, message->msgh_size);
  gnumach::name_received(kernel);
  return gnumach::from_kernel_form(kernel, message, room);
}

// What the kernel has written as Darwin's kernel would have.
mach_msg_return_t finish(const Receipt& receipt, mach_msg_option_t option, mach_msg_size_t buffer) {
  mach_msg_header_t* const message = receipt.message;
  const mach_port_seqno_t seqno = kernel_header(message)->seqno;
  message->msgh_voucher_port = MACH_PORT_NULL;
  if (!gnumach::make_darwin_notification(message, receipt.room) ||
      !make_darwin_message(message, receipt.room))
    return MACH_RCV_TOO_LARGE;
  const mach_msg_size_t offset = round_msg(message->msgh_size);
  write_trailer(message, offset, REQUESTED_TRAILER_SIZE(option), buffer - offset, seqno);
  return MACH_MSG_SUCCESS;
}

mach_msg_return_t receive(mach_msg_header_t* message, mach_msg_option_t option, mach_msg_size_t size,
                          mach_port_name_t name, mach_msg_timeout_t timeout) {
  const mach_msg_size_t trailer = REQUESTED_TRAILER_SIZE(option);
  const bool large = (option & MACH_RCV_LARGE) != 0;
  const Receipt receipt{
      .message = message,
      .options = gnumach::receive_option | (large ? std::uint32_t{gnumach::receive_large_option} : 0u),
      .room = size < trailer ? 0 : size - trailer,
      .from = name};
  mach_msg_return_t code = MACH_MSG_SUCCESS;
  if ((option & MACH_RCV_TIMEOUT) == 0)
    code = receive_some_time(receipt);
  else if (timeout == 0)
    code = receive_now(receipt);
  else
    code = receive_until(receipt, deadline_after(timeout));
  gnumach::note_activity();
  return code == MACH_MSG_SUCCESS ? finish(receipt, option, size) : code;
}

}  // namespace

extern "C" {

mach_msg_return_t mach_msg(mach_msg_header_t* msg, mach_msg_option_t option, mach_msg_size_t send_size,
                           mach_msg_size_t rcv_size, mach_port_name_t rcv_name, mach_msg_timeout_t timeout,
                           mach_port_name_t) {
  gnumach::note_activity();
  gnumach::schedule_point();
  if ((option & MACH_SEND_MSG) != 0) {
    const mach_msg_return_t code = send(msg, option, send_size, timeout);
    if (code != MACH_MSG_SUCCESS) return code;
  }
  if ((option & MACH_RCV_MSG) == 0) return MACH_MSG_SUCCESS;
  return receive(msg, option, rcv_size, rcv_name, timeout);
}

}  // extern "C"
