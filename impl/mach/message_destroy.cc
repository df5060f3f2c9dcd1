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

void drop_memory(const void* address, std::size_t size) {
  vm_deallocate(mach_task_self(), reinterpret_cast<vm_address_t>(address), size);
}

void drop_array(const mach_msg_ool_ports_descriptor_t& array) {
  const auto* const names = static_cast<const mach_port_name_t*>(array.address);
  for (mach_msg_size_t index = 0; index < array.count; ++index) drop_right(names[index], array.disposition);
  if (array.deallocate != 0) drop_memory(names, array.count * sizeof *names);
}

template <class Descriptor>
Descriptor read(const unsigned char* at) {
  Descriptor descriptor;
  std::memcpy(&descriptor, at, sizeof descriptor);
  return descriptor;
}

// Drops what a descriptor stands for; its size, or 0 if it is of no known kind.
std::size_t drop_descriptor(const unsigned char* at) {
  switch (read<mach_msg_type_descriptor_t>(at).type) {
    case MACH_MSG_PORT_DESCRIPTOR: {
      const auto port = read<mach_msg_port_descriptor_t>(at);
      drop_right(port.name, port.disposition);
      return sizeof port;
    }
    case MACH_MSG_GUARDED_PORT_DESCRIPTOR: {
      const auto port = read<mach_msg_guarded_port_descriptor_t>(at);
      mach_port_destruct(mach_task_self(), port.name, 0, port.context);
      return sizeof port;
    }
    case MACH_MSG_OOL_PORTS_DESCRIPTOR: {
      const auto array = read<mach_msg_ool_ports_descriptor_t>(at);
      drop_array(array);
      return sizeof array;
    }
    case MACH_MSG_OOL_DESCRIPTOR:
    case MACH_MSG_OOL_VOLATILE_DESCRIPTOR: {
      const auto memory = read<mach_msg_ool_descriptor_t>(at);
      if (memory.deallocate != 0) drop_memory(memory.address, memory.size);
      return sizeof memory;
    }
    default:
      return 0;
  }
}

}  // namespace

extern "C" void mach_msg_destroy(mach_msg_header_t* msg) {
  drop_right(msg->msgh_remote_port, MACH_MSGH_BITS_REMOTE(msg->msgh_bits));
  if (!MACH_MSGH_BITS_IS_COMPLEX(msg->msgh_bits)) return;
  mach_msg_body_t body;
  std::memcpy(&body, msg + 1, sizeof body);
  const auto* at = reinterpret_cast<const unsigned char*>(msg + 1) + sizeof body;
  for (mach_msg_size_t left = body.msgh_descriptor_count; left > 0; --left) {
    const std::size_t size = drop_descriptor(at);
    if (size == 0) return;
    at += size;
  }
}
