// mach_msg_destroy, made of the other calls: the same on every kernel.
#include <mach/mach.h>

#include <cstring>

namespace {

// Drops one right that a message holds, as `disposition` says it was to be carried, or has come.
void drop_right(mach_port_name_t name, mach_msg_type_name_t disposition) {
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
      if (mach_port_extract_right(task, name, disposition, &made, &type) == KERN_SUCCESS)
        mach_port_deallocate(task, made);
      break;
    }
    default:
      break;
  }
}

}  // namespace

extern "C" void mach_msg_destroy(mach_msg_header_t* msg) {
  drop_right(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
  if (!MACH_MSGH_BITS_IS_COMPLEX(msg->msgh_bits)) return;
  mach_msg_body_t body;
  std::memcpy(&body, msg + 1, sizeof body);
  const auto* descriptor = reinterpret_cast<const unsigned char*>(msg + 1) + sizeof body;
  for (mach_msg_size_t index = 0; index < body.msgh_descriptor_count; ++index) {
    mach_msg_port_descriptor_t port;
    std::memcpy(&port, descriptor, sizeof port);
    if (port.type != MACH_MSG_PORT_DESCRIPTOR) return;
    drop_right(port.name, port.disposition);
    descriptor += sizeof port;
  }
}
