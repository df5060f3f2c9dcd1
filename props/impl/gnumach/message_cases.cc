// Messages: options, bodies, notifications, in Darwin's layouts.
#include <cstring>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/thread.h"
#include "props/impl/gnumach/cases.h"
#include "props/impl/gnumach/port.h"

namespace portunus::guest_test {
namespace {

constexpr int queue_limit = 5;

template <class Message>
mach_msg_return_t receive_into(Message& message, mach_port_t from, mach_msg_option_t options = 0) {
  return mach_msg(reinterpret_cast<mach_msg_header_t*>(&message), MACH_RCV_MSG | MACH_RCV_TIMEOUT | options,
                  0, sizeof message, from, 0, MACH_PORT_NULL);
}

// ---- Options
// ------------------------------------------------------------------------------------------------

void a_message_comes_with_a_trailer() {
  const mach_port_t port = make_port();
  CHECK(send(port, 1) == MACH_MSG_SUCCESS);
  CHECK(send(port, 2) == MACH_MSG_SUCCESS);
  struct {
    mach_msg_header_t header;
    mach_msg_audit_trailer_t trailer;
  } message;
  for (std::uint32_t seqno = 0; seqno < 2; ++seqno) {
    std::memset(&message, 0xff, sizeof message);
    CHECK(receive_into(message, port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_size == sizeof message.header);
    CHECK(message.header.msgh_bits == MACH_MSGH_BITS(0, MACH_MSG_TYPE_MOVE_SEND));
    CHECK(message.header.msgh_remote_port == MACH_PORT_NULL);
    CHECK(message.header.msgh_local_port == port);
    CHECK(message.header.msgh_voucher_port == MACH_PORT_NULL);
    CHECK(message.trailer.msgh_trailer_type == MACH_MSG_TRAILER_FORMAT_0);
    CHECK(message.trailer.msgh_trailer_size == sizeof message.trailer);
    CHECK(message.trailer.msgh_seqno == seqno);
  }
  drop_port(port);
}

void a_large_message_stays_or_is_lost() {
  const mach_port_t port = make_port();
  struct {
    mach_msg_header_t header;
    std::uint32_t words[64];
    mach_msg_trailer_t trailer;
  } large = {};
  constexpr mach_msg_size_t size = sizeof large.header + sizeof large.words;
  const auto send_large = [&] {
    large.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
    large.header.msgh_remote_port = port;
    large.header.msgh_local_port = MACH_PORT_NULL;
    for (std::uint32_t at = 0; at < 64; ++at) large.words[at] = at;
    return mach_msg(&large.header, MACH_SEND_MSG, size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
  };
  CHECK(send_large() == MACH_MSG_SUCCESS);
  mach_msg_empty_rcv_t small;
  CHECK(receive_into(small, port, MACH_RCV_LARGE) == MACH_RCV_TOO_LARGE);
  CHECK(small.header.msgh_size == size);
  CHECK(receive_into(large, port) == MACH_MSG_SUCCESS);
  CHECK(large.header.msgh_size == size);
  CHECK(large.words[63] == 63);
  CHECK(send_large() == MACH_MSG_SUCCESS);
  CHECK(receive_into(small, port) == MACH_RCV_TOO_LARGE);
  CHECK(receive_into(large, port) == MACH_RCV_TIMED_OUT);
  drop_port(port);
}

void a_full_queue_times_out_and_gives_the_right_back() {
  const mach_port_t port = make_port();
  for (int count = 0; count < queue_limit; ++count) CHECK(send(port, 1) == MACH_MSG_SUCCESS);
  CHECK(send(port, 2, MACH_SEND_TIMEOUT, 0) == MACH_SEND_TIMED_OUT);
  CHECK(references(port, MACH_PORT_RIGHT_SEND) == 2);
  const std::uint64_t before = mach_absolute_time();
  CHECK(send(port, 2, MACH_SEND_TIMEOUT, 250) == MACH_SEND_TIMED_OUT);
  CHECK(mach_absolute_time() - before == std::uint64_t{250} * gnumach::nanoseconds_in_millisecond);
  CHECK(references(port, MACH_PORT_RIGHT_SEND) == 3);
  drop_port(port);
}

void drain(void* argument) {
  const mach_port_t port = *static_cast<const mach_port_t*>(argument);
  gnumach::settle();  // until the sender waits
  receive(port);
}

void room_in_the_queue_wakes_a_sender() {
  static mach_port_t port;
  port = make_port();
  for (int count = 0; count < queue_limit; ++count) CHECK(send(port, 1) == MACH_MSG_SUCCESS);
  CHECK(gnumach::start_thread(1, drain, &port));
  CHECK(send(port, 3, MACH_SEND_TIMEOUT, 1000) == MACH_MSG_SUCCESS);
  CHECK(references(port, MACH_PORT_RIGHT_SEND) == 1);
  for (int count = 0; count < queue_limit; ++count) CHECK(receive(port).code == MACH_MSG_SUCCESS);
  CHECK(receive(port).code == MACH_RCV_TIMED_OUT);
  drop_port(port);
}

void the_limit_of_a_queue_can_be_set() {
  const mach_port_t port = make_port();
  mach_port_limits_t limits = {.mpl_qlimit = 1};
  CHECK(mach_port_set_attributes(mach_task_self(), port, MACH_PORT_LIMITS_INFO,
                                 reinterpret_cast<mach_port_info_t>(&limits),
                                 MACH_PORT_LIMITS_INFO_COUNT) == KERN_SUCCESS);
  CHECK(send(port, 1) == MACH_MSG_SUCCESS);
  CHECK(send(port, 1, MACH_SEND_TIMEOUT, 0) == MACH_SEND_TIMED_OUT);
  limits = {};
  mach_msg_type_number_t words = MACH_PORT_LIMITS_INFO_COUNT;
  CHECK(mach_port_get_attributes(mach_task_self(), port, MACH_PORT_LIMITS_INFO,
                                 reinterpret_cast<mach_port_info_t>(&limits), &words) == KERN_SUCCESS);
  CHECK(limits.mpl_qlimit == 1);
  words = 0;
  CHECK(mach_port_get_attributes(mach_task_self(), port, MACH_PORT_LIMITS_INFO,
                                 reinterpret_cast<mach_port_info_t>(&limits), &words) == KERN_FAILURE);
  drop_port(port);
}

// ---- Bodies
// -------------------------------------------------------------------------------------------------

struct RichMessage {
  mach_msg_header_t header;
  mach_msg_body_t body;
  mach_msg_port_descriptor_t port;
  mach_msg_ool_descriptor_t memory;
  mach_msg_ool_ports_descriptor_t ports;
  std::uint32_t data[3];
};

RichMessage rich_message(mach_port_t to, mach_port_t carried, void* memory, mach_port_t* ports) {
  RichMessage message = {};
  message.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) | MACH_MSGH_BITS_COMPLEX;
  message.header.msgh_remote_port = to;
  message.header.msgh_id = 99;
  message.body.msgh_descriptor_count = 3;
  message.port.name = carried;
  message.port.disposition = MACH_MSG_TYPE_MAKE_SEND;
  message.port.type = MACH_MSG_PORT_DESCRIPTOR;
  message.memory.address = memory;
  message.memory.size = 10'000;
  message.memory.copy = MACH_MSG_VIRTUAL_COPY;
  message.memory.type = MACH_MSG_OOL_DESCRIPTOR;
  message.ports.address = ports;
  message.ports.count = 2;
  message.ports.disposition = MACH_MSG_TYPE_COPY_SEND;
  message.ports.copy = MACH_MSG_VIRTUAL_COPY;
  message.ports.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
  for (std::uint32_t at = 0; at < 3; ++at) message.data[at] = 100 + at;
  return message;
}

mach_msg_return_t send_rich(RichMessage& message) {
  return mach_msg(&message.header, MACH_SEND_MSG, sizeof message, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

void rights_memory_and_data_arrive() {
  const mach_port_t port = make_port();
  const mach_port_t carried = make_port();
  mach_port_t array[2] = {carried, port};
  static unsigned char memory[10'000];
  for (std::size_t at = 0; at < sizeof memory; ++at) memory[at] = static_cast<unsigned char>(at * 7);
  RichMessage sent = rich_message(port, carried, memory, array);
  CHECK(send_rich(sent) == MACH_MSG_SUCCESS);
  struct {
    RichMessage message;
    mach_msg_trailer_t trailer;
  } received = {};
  CHECK(receive_into(received, port) == MACH_MSG_SUCCESS);
  const RichMessage& message = received.message;
  CHECK(message.header.msgh_size == sizeof(RichMessage));
  CHECK(MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits));
  CHECK(message.body.msgh_descriptor_count == 3);
  CHECK(message.port.type == MACH_MSG_PORT_DESCRIPTOR);
  CHECK(message.port.name == carried && message.port.disposition == MACH_MSG_TYPE_MOVE_SEND);
  CHECK(message.memory.type == MACH_MSG_OOL_DESCRIPTOR && message.memory.size == sizeof memory);
  CHECK(message.memory.address != memory);
  CHECK(std::memcmp(message.memory.address, memory, sizeof memory) == 0);
  CHECK(message.ports.type == MACH_MSG_OOL_PORTS_DESCRIPTOR && message.ports.count == 2);
  const auto* ports = static_cast<const mach_port_t*>(message.ports.address);
  CHECK(ports[0] == carried && ports[1] == port);
  CHECK(message.data[0] == 100 && message.data[2] == 102);
  // make_port's, one from the descriptor, one from the array.
  CHECK(references(carried, MACH_PORT_RIGHT_SEND) == 3);
  mach_msg_destroy(&received.message.header);
  CHECK(references(carried, MACH_PORT_RIGHT_SEND) == 1);
  drop_port(port);
  drop_port(carried);
}

void a_body_that_makes_no_sense_is_refused() {
  const mach_port_t port = make_port();
  RichMessage message = rich_message(port, port, nullptr, nullptr);
  message.body.msgh_descriptor_count = 1000;
  CHECK(send_rich(message) == MACH_SEND_MSG_TOO_SMALL);
  message = rich_message(port, port, nullptr, nullptr);
  message.port.type = 77;
  CHECK(send_rich(message) == MACH_SEND_INVALID_TYPE);
  CHECK(receive(port).code == MACH_RCV_TIMED_OUT);
  drop_port(port);
}

// ---- Notifications
// ------------------------------------------------------------------------------------------

mach_port_t request(mach_port_t port, mach_msg_id_t id, mach_port_t notify) {
  mach_port_t previous = MACH_PORT_NULL;
  CHECK(mach_port_request_notification(mach_task_self(), port, id, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                       &previous) == KERN_SUCCESS);
  return previous;
}

template <class Notification>
Notification receive_notification(mach_port_t notify, mach_msg_id_t id) {
  Notification notification;
  std::memset(&notification, 0xff, sizeof notification);
  CHECK(receive_into(notification, notify) == MACH_MSG_SUCCESS);
  CHECK(notification.not_header.msgh_id == id);
  CHECK(notification.not_header.msgh_size == sizeof notification - sizeof notification.trailer);
  CHECK(notification.trailer.msgh_trailer_type == MACH_MSG_TRAILER_FORMAT_0);
  return notification;
}

void notifications_have_darwins_layout() {
  const mach_port_t notify = make_port();
  const mach_port_t dying = make_port();
  request(dying, MACH_NOTIFY_DEAD_NAME, notify);
  mach_port_mod_refs(mach_task_self(), dying, MACH_PORT_RIGHT_RECEIVE, -1);
  const auto dead = receive_notification<mach_dead_name_notification_t>(notify, MACH_NOTIFY_DEAD_NAME);
  CHECK(dead.not_port == dying);
  CHECK(dead.NDR.int_rep == NDR_INT_LITTLE_ENDIAN);

  const mach_port_t deleted = make_port();
  request(deleted, MACH_NOTIFY_DEAD_NAME, notify);
  drop_port(deleted);
  const auto gone = receive_notification<mach_port_deleted_notification_t>(notify, MACH_NOTIFY_PORT_DELETED);
  CHECK(gone.not_port == deleted);

  const mach_port_t lonely = make_port();
  request(lonely, MACH_NOTIFY_NO_SENDERS, notify);
  mach_port_deallocate(mach_task_self(), lonely);
  const auto senders = receive_notification<mach_no_senders_notification_t>(notify, MACH_NOTIFY_NO_SENDERS);
  CHECK(senders.not_count == 1);

  const mach_port_t saved = make_port();
  request(saved, MACH_NOTIFY_PORT_DESTROYED, notify);
  mach_port_mod_refs(mach_task_self(), saved, MACH_PORT_RIGHT_RECEIVE, -1);
  const auto destroyed =
      receive_notification<mach_port_destroyed_notification_t>(notify, MACH_NOTIFY_PORT_DESTROYED);
  CHECK(destroyed.not_body.msgh_descriptor_count == 1);
  CHECK(destroyed.not_port.disposition == MACH_MSG_TYPE_MOVE_RECEIVE);
  // Unlike XNU, this kernel has made a dead name of the send right that stayed behind.
  CHECK((type_of(destroyed.not_port.name) & MACH_PORT_TYPE_RECEIVE) != 0);
  CHECK(type_of(saved) == MACH_PORT_TYPE_DEAD_NAME);

  const mach_port_t replaced = make_port();
  request(replaced, MACH_NOTIFY_DEAD_NAME, notify);
  mach_port_deallocate(mach_task_self(), request(replaced, MACH_NOTIFY_DEAD_NAME, notify));
  receive_notification<mach_send_once_notification_t>(notify, MACH_NOTIFY_SEND_ONCE);
  drop_port(replaced);
  drop_port(lonely);
  drop_port(destroyed.not_port.name);
  drop_port(saved);
  drop_port(notify);
}

void a_message_that_only_looks_like_a_notification_is_left_alone() {
  const mach_port_t port = make_port();
  struct {
    mach_msg_header_t header;
    std::uint32_t words[2];
    mach_msg_trailer_t trailer;
  } message = {};
  message.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
  message.header.msgh_remote_port = port;
  message.header.msgh_id = MACH_NOTIFY_DEAD_NAME;
  constexpr mach_msg_size_t size = sizeof message.header + sizeof message.words;
  CHECK(mach_msg(&message.header, MACH_SEND_MSG, size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL) ==
        MACH_MSG_SUCCESS);
  CHECK(receive_into(message, port) == MACH_MSG_SUCCESS);
  CHECK(message.header.msgh_size == size);
  drop_port(port);
}

constexpr Case kCases[] = {
    {"a message comes with a trailer", a_message_comes_with_a_trailer},
    {"a large message stays or is lost", a_large_message_stays_or_is_lost},
    {"a full queue times out and gives the right back", a_full_queue_times_out_and_gives_the_right_back},
    {"room in the queue wakes a sender", room_in_the_queue_wakes_a_sender},
    {"the limit of a queue can be set", the_limit_of_a_queue_can_be_set},
    {"rights, memory and data arrive", rights_memory_and_data_arrive},
    {"a body that makes no sense is refused", a_body_that_makes_no_sense_is_refused},
    {"notifications have Darwin's layout", notifications_have_darwins_layout},
    {"a message that only looks like a notification is left alone",
     a_message_that_only_looks_like_a_notification_is_left_alone},
};

}  // namespace

std::span<const Case> message_cases() {
  return kCases;
}

}  // namespace portunus::guest_test
