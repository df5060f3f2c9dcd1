#include "impl/cf/doorbell.h"

#include "impl/mach/seam.h"

namespace portunus::cf {

void Doorbell::open() {
  if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port_) != KERN_SUCCESS) seam::trap();
}

void Doorbell::close() {
  if (port_ != MACH_PORT_NULL) mach_port_mod_refs(mach_task_self(), port_, MACH_PORT_RIGHT_RECEIVE, -1);
  port_ = MACH_PORT_NULL;
}

void Doorbell::ring() {
  if (rung_.exchange(true)) return;
  // To a send-once right a full queue is no obstacle, and there is no right to give back.
  mach_msg_header_t message = {};
  message.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND_ONCE, 0);
  message.msgh_size = sizeof message;
  message.msgh_remote_port = port_;
  if (mach_msg(&message, MACH_SEND_MSG, sizeof message, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL) !=
      MACH_MSG_SUCCESS) {
    seam::trap();
  }
}

bool Doorbell::answer_if_rung() {
  mach_msg_empty_rcv_t message = {};
  if (mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof message, port_, 0,
               MACH_PORT_NULL) != MACH_MSG_SUCCESS) {
    return false;
  }
  answered();
  return true;
}

}  // namespace portunus::cf
