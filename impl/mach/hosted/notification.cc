#include "impl/mach/hosted/notification.h"

#include <cstring>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"

namespace portunus::hosted {
namespace {

Message& make_notification(Kernel& kernel, Right notify, mach_msg_id_t id) {
  Message& message = kernel.make_message();
  message.destination = notify;
  message.id = id;
  return message;
}

// Data representation, then one word: how MIG lays a message with one argument out.
void notify_with_word(Kernel& kernel, Right notify, mach_msg_id_t id, natural_t word) {
  if (!notify.exists()) return;
  NDR_record_t ndr = {};
  ndr.int_rep = NDR_INT_LITTLE_ENDIAN;
  Message& message = make_notification(kernel, notify, id);
  message.payload.resize(sizeof ndr + sizeof word);
  std::memcpy(message.payload.data(), &ndr, sizeof ndr);
  std::memcpy(message.payload.data() + sizeof ndr, &word, sizeof word);
  post(kernel, message);
}

}  // namespace

void notify_port_deleted(Kernel& kernel, Right notify, mach_port_name_t name) {
  notify_with_word(kernel, notify, MACH_NOTIFY_PORT_DELETED, name);
}

void notify_send_possible(Kernel& kernel, Right notify, mach_port_name_t name) {
  notify_with_word(kernel, notify, MACH_NOTIFY_SEND_POSSIBLE, name);
}

void notify_dead_name(Kernel& kernel, Right notify, mach_port_name_t name) {
  notify_with_word(kernel, notify, MACH_NOTIFY_DEAD_NAME, name);
}

void notify_no_senders(Kernel& kernel, Right notify, mach_port_mscount_t make_send_count) {
  notify_with_word(kernel, notify, MACH_NOTIFY_NO_SENDERS, make_send_count);
}

void notify_send_once(Kernel& kernel, Right unused) {
  post(kernel, make_notification(kernel, unused, MACH_NOTIFY_SEND_ONCE));
}

void notify_port_destroyed(Kernel& kernel, Right notify, Right receive) {
  constexpr mach_msg_body_t body = {.msgh_descriptor_count = 1};
  mach_msg_port_descriptor_t descriptor = {};
  descriptor.disposition = MACH_MSG_TYPE_PORT_RECEIVE;
  descriptor.type = MACH_MSG_PORT_DESCRIPTOR;
  Message& message = make_notification(kernel, notify, MACH_NOTIFY_PORT_DESTROYED);
  message.complex = true;
  message.payload.resize(sizeof body + sizeof descriptor);
  std::memcpy(message.payload.data(), &body, sizeof body);
  std::memcpy(message.payload.data() + sizeof body, &descriptor, sizeof descriptor);
  message.descriptors.push_back(Descriptor{.offset = sizeof body,
                                           .type = MACH_MSG_PORT_DESCRIPTOR,
                                           .disposition = MACH_MSG_TYPE_PORT_RECEIVE,
                                           .right = receive});
  if (closes_circle(*receive.port, *notify.port)) {
    kernel.destroy(message);
    return;
  }
  receive.port->destination = notify.port;
  post(kernel, message);
}

}  // namespace portunus::hosted
