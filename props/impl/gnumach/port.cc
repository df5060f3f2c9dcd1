#include "props/impl/gnumach/port.h"

#include "impl/mach/seam.h"

namespace portunus::guest_test {

mach_port_t make_port() {
  mach_port_t port = MACH_PORT_NULL;
  if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port) != KERN_SUCCESS ||
      mach_port_insert_right(mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND) != KERN_SUCCESS)
    seam::trap();
  return port;
}

mach_port_t make_set() {
  mach_port_t set = MACH_PORT_NULL;
  if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set) != KERN_SUCCESS) seam::trap();
  return set;
}

void drop_port(mach_port_t port) {
  mach_port_destroy(mach_task_self(), port);
}

void drop_set(mach_port_t set) {
  mach_port_mod_refs(mach_task_self(), set, MACH_PORT_RIGHT_PORT_SET, -1);
}

mach_msg_return_t send(mach_port_t port, mach_msg_id_t id, mach_msg_option_t options,
                       mach_msg_timeout_t timeout) {
  mach_msg_header_t message = {};
  message.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
  message.msgh_size = sizeof message;
  message.msgh_remote_port = port;
  message.msgh_id = id;
  return mach_msg(&message, MACH_SEND_MSG | options, sizeof message, 0, MACH_PORT_NULL, timeout,
                  MACH_PORT_NULL);
}

Received receive(mach_port_t from, int timeout) {
  mach_msg_empty_rcv_t message = {};
  const mach_msg_option_t timed = timeout < 0 ? 0 : MACH_RCV_TIMEOUT;
  const auto milliseconds = static_cast<mach_msg_timeout_t>(timeout < 0 ? 0 : timeout);
  const mach_msg_return_t code =
      mach_msg(&message.header, MACH_RCV_MSG | timed, 0, sizeof message, from, milliseconds, MACH_PORT_NULL);
  return {.code = code, .id = message.header.msgh_id, .port = message.header.msgh_local_port};
}

std::uint32_t type_of(mach_port_t name) {
  mach_port_type_t type = 0;
  return mach_port_type(mach_task_self(), name, &type) == KERN_SUCCESS ? type : 0;
}

std::uint32_t references(mach_port_t name, mach_port_right_t right) {
  mach_port_urefs_t count = 0;
  return mach_port_get_refs(mach_task_self(), name, right, &count) == KERN_SUCCESS ? count : 0;
}

}  // namespace portunus::guest_test
