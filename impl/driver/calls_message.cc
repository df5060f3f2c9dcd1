#include "impl/driver/calls_message.h"

#include <cstring>

#include "impl/driver/mach_words.h"
#include "impl/driver/play.h"

namespace portunus::driver {
namespace {

constexpr mach_msg_option_t kSend = MACH_SEND_MSG | MACH_SEND_TIMEOUT;
constexpr mach_msg_option_t kReceive =
    MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_SEQNO);
using Trailer = mach_msg_seqno_trailer_t;

// A message of the script: a header, and zeros behind it.
alignas(8) std::byte messages[limits::threads][limits::message_size];

// Where messages are received: as large as one can be sent, and its trailer.
constexpr std::int32_t kBufferSize = limits::message_size + static_cast<std::int32_t>(sizeof(Trailer));
alignas(8) std::byte buffers[limits::threads][kBufferSize];

// A header's size before the kernel fills it in: none that a message has.
constexpr mach_msg_size_t kNoSize = ~mach_msg_size_t{0};

bool is_id(std::int32_t id) {
  return id >= 0 && id <= limits::message_id;
}

mach_msg_timeout_t timeout(const Call& call, int place) {
  return static_cast<mach_msg_timeout_t>(call.number(place));
}

// ---- With a right or two --------------------------------------------------------------------------------

struct PortMessage {
  mach_msg_header_t header;
  mach_msg_body_t body;
  mach_msg_port_descriptor_t port;
};

// The places of the arguments of mach_msg_send_rights, and of its results.
enum : std::uint8_t { kDest, kDestAs, kReply, kReplyAs, kCarried, kCarriedAs, kId, kTimeout };
enum : std::uint8_t { kCode, kReplyBack, kCarriedBack };

bool carries_right(const Call& call) {
  return !call.is_null(kCarried) || !call.is_null(kCarriedAs);
}

PortMessage make_message(const Call& call) {
  PortMessage message = {};
  message.header.msgh_bits =
      MACH_MSGH_BITS(mach_disposition(call.arguments[kDestAs]), mach_disposition(call.arguments[kReplyAs]));
  message.header.msgh_size = sizeof message.header;
  message.header.msgh_remote_port = call.name(kDest);
  message.header.msgh_local_port = call.name(kReply);
  message.header.msgh_id = call.number(kId);
  if (!carries_right(call)) return message;
  message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
  message.header.msgh_size = sizeof message;
  message.body.msgh_descriptor_count = 1;
  message.port.name = call.name(kCarried);
  message.port.disposition = mach_disposition(call.arguments[kCarriedAs]) & 0xff;
  message.port.type = MACH_MSG_PORT_DESCRIPTOR;
  return message;
}

bool moves_right(Value disposition) {
  constexpr std::int32_t kMoves[] = {static_cast<std::int32_t>(Disposition::move_receive),
                                     static_cast<std::int32_t>(Disposition::move_send),
                                     static_cast<std::int32_t>(Disposition::move_send_once)};
  for (const std::int32_t move : kMoves)
    if (disposition.number == move) return true;
  return false;
}

// The script has no handle for the right of a destination that has come back under a name of its own.
void give_up_unknown(const Call& call, const mach_msg_header_t& returned) {
  const mach_port_name_t dest = returned.msgh_remote_port;
  if (call.run.handles.name(dest).number == Value::other) mach_port_deallocate(mach_task_self(), dest);
}

// A message that was not queued in time has come back, with its rights as if it had been received. They may
// be under other names than before (facts mach-xnu 6).
void tell_message_back(Call& call, const PortMessage& message) {
  call.given_name(kReplyBack, message.header.msgh_local_port, call.bind);
  if (carries_right(call))
    call.given_name(kCarriedBack, message.port.name, call.second);
  else
    call.made_no_name(kCarriedBack, call.second);
  give_up_unknown(call, message.header);
}

// ---- What has been received -----------------------------------------------------------------------------

// The results of mach_msg_receive.
enum : std::uint8_t {
  kReceiveCode,
  kReceivedId,
  kSize,
  kLocal,
  kRemoteAs,
  kRemote,
  kBodyAs,
  kBody,
  kCount,
  kSeqno
};

// The notifications that are about a name or a count, which is a plain word.
struct WordNotification {
  mach_msg_header_t header;
  NDR_record_t ndr;
  natural_t word;
};

struct Received {
  const mach_msg_header_t& header;
  mach_msg_size_t size;  // of the buffer that was offered

  template <class Form>
  const Form& as() const {
    return reinterpret_cast<const Form&>(header);
  }

  bool is_complex() const { return MACH_MSGH_BITS_IS_COMPLEX(header.msgh_bits); }
  // Of all senders only the kernel writes such a record: a script's messages have zeros there.
  bool is_word_notification() const {
    const auto& notification = as<WordNotification>();
    return !is_complex() && header.msgh_size == sizeof notification &&
           notification.ndr.int_rep == NDR_INT_LITTLE_ENDIAN;
  }
  // What a script can send.
  bool is_plain() const {
    const auto& message = as<PortMessage>();
    return !is_complex() ||
           (message.body.msgh_descriptor_count == 1 && message.port.type == MACH_MSG_PORT_DESCRIPTOR);
  }
  const Trailer* trailer() const {
    const mach_msg_size_t offset = round_msg(header.msgh_size);
    if (offset + sizeof(Trailer) > size) return nullptr;
    const auto* at = reinterpret_cast<const std::byte*>(&header) + offset;
    const auto* trailer = reinterpret_cast<const Trailer*>(at);
    return trailer->msgh_trailer_size >= sizeof(Trailer) ? trailer : nullptr;
  }
};

// What it is about is a name that the script has, without a right in the message, or a count.
void tell_notification(Call& call, const Received& received) {
  const natural_t word = received.as<WordNotification>().word;
  if (received.header.msgh_id != MACH_NOTIFY_NO_SENDERS) return call.named(kBody, word, call.second);
  call.made_no_name(kBody, call.second);
  call.result(kCount, integer_value(word));
}

void tell_body(Call& call, const Received& received) {
  if (received.is_word_notification()) return tell_notification(call, received);
  if (!received.is_complex()) return call.made_no_name(kBody, call.second);
  const mach_msg_port_descriptor_t& port = received.as<PortMessage>().port;
  call.result(kBodyAs, disposition_value(port.disposition));
  call.given_name(kBody, port.name, call.second);
}

void tell_received(Call& call, const Received& received) {
  const mach_msg_header_t& header = received.header;
  call.result(kReceivedId, integer_value(header.msgh_id));
  call.result(kSize, integer_value(header.msgh_size));
  call.result(kLocal, call.run.handles.name(header.msgh_local_port));
  call.result(kRemoteAs, disposition_value(MACH_MSGH_BITS_REMOTE(header.msgh_bits)));
  call.given_name(kRemote, header.msgh_remote_port, call.bind);
  if (const Trailer* trailer = received.trailer()) call.result(kSeqno, integer_value(trailer->msgh_seqno));
  tell_body(call, received);
}

void tell_nothing_received(Call& call) {
  call.made_no_name(kRemote, call.bind);
  call.made_no_name(kBody, call.second);
}

}  // namespace

bool message_send_fits(const Call& call) {
  const std::int32_t size = call.number(3);
  const auto least = static_cast<std::int32_t>(sizeof(mach_msg_header_t));
  return is_id(call.number(2)) && size >= least && size <= limits::message_size && size % 4 == 0;
}

void message_send(Call& call) {
  auto* header = reinterpret_cast<mach_msg_header_t*>(messages[call.thread.id]);
  const auto size = static_cast<mach_msg_size_t>(call.number(3));
  *header = {};
  header->msgh_bits = MACH_MSGH_BITS(mach_disposition(call.arguments[1]), 0);
  header->msgh_size = size;
  header->msgh_remote_port = call.name(0);
  header->msgh_id = call.number(2);
  const mach_msg_return_t code =
      mach_msg(header, kSend, size, 0, MACH_PORT_NULL, timeout(call, 4), MACH_PORT_NULL);
  if (code == MACH_SEND_TIMED_OUT) give_up_unknown(call, *header);
  call.result(0, kern_return_value(code));
}

bool message_send_rights_fits(const Call& call) {
  return is_id(call.number(kId));
}

void message_send_rights(Call& call) {
  PortMessage message = make_message(call);
  const mach_msg_return_t code = mach_msg(&message.header, kSend, message.header.msgh_size, 0, MACH_PORT_NULL,
                                          timeout(call, kTimeout), MACH_PORT_NULL);
  call.result(kCode, kern_return_value(code));
  if (code == MACH_SEND_TIMED_OUT) {
    tell_message_back(call, message);
  } else {
    call.made_no_name(kReplyBack, call.bind);
    call.made_no_name(kCarriedBack, call.second);
  }
  // Where the call was refused, it may not have looked at the names.
  if (code != MACH_MSG_SUCCESS && code != MACH_SEND_TIMED_OUT) return;
  for (const int place : {kDest, kReply, kCarried})
    if (moves_right(call.arguments[place + 1])) call.note_rights(place);
}

bool message_receive_fits(const Call& call) {
  return call.number(1) >= 0 && call.number(1) <= kBufferSize;
}

void message_receive(Call& call) {
  auto* header = reinterpret_cast<mach_msg_header_t*>(buffers[call.thread.id]);
  const auto size = static_cast<mach_msg_size_t>(call.number(1));
  const bool large = call.number(2) != 0;
  header->msgh_size = kNoSize;
  const mach_msg_return_t code = mach_msg(header, kReceive | (large ? MACH_RCV_LARGE : 0), 0, size,
                                          call.name(0), timeout(call, 3), MACH_PORT_NULL);
  call.result(kReceiveCode, kern_return_value(code));
  call.no_results(kReceiveCode + 1, call.row.result_count);
  if (code == MACH_RCV_TOO_LARGE && large && header->msgh_size != kNoSize)
    call.result(kSize, integer_value(header->msgh_size));
  if (code != MACH_MSG_SUCCESS) return tell_nothing_received(call);
  const Received received{.header = *header, .size = size};
  if (received.is_plain()) return tell_received(call, received);
  // Nobody but a stranger sends such: more than the script has handles for.
  call.result(kReceivedId, integer_value(header->msgh_id));
  tell_nothing_received(call);
  mach_msg_destroy(header);
}

}  // namespace portunus::driver
