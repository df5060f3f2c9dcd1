#include "impl/mach/hosted/descriptor.h"

#include <cstring>

#include "impl/mach/hosted/client_memory.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

// What one descriptor may bring: enough for any test, and too little to exhaust a machine.
constexpr std::size_t memory_max = std::size_t{256} << 20;

template <class T>
T load(const Message& message, std::size_t offset) {
  T value;
  std::memcpy(&value, message.payload.data() + offset, sizeof value);
  return value;
}

template <class T>
void store(Message& message, std::size_t offset, const T& value) {
  std::memcpy(message.payload.data() + offset, &value, sizeof value);
}

// All kinds of descriptor have their type at the same place.
mach_msg_descriptor_type_t type_at(const Message& message, std::size_t offset) {
  return load<mach_msg_type_descriptor_t>(message, offset).type;
}

bool is_way_of_copying(mach_msg_copy_options_t copy) {
  return copy == MACH_MSG_PHYSICAL_COPY || copy == MACH_MSG_VIRTUAL_COPY;
}

bool is_guard(const mach_msg_guarded_port_descriptor_t& guarded) {
  const mach_msg_guard_flags_t flags = guarded.flags;
  if (guarded.disposition != MACH_MSG_TYPE_MOVE_RECEIVE) return false;
  if (flags == 0 || flags > MACH_MSG_GUARD_FLAGS_MASK) return false;
  return (flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND) == 0 || guarded.context == 0;
}

bool is_well_formed(const Message& message, std::size_t offset, mach_msg_descriptor_type_t type) {
  switch (type) {
    case MACH_MSG_OOL_DESCRIPTOR:
    case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
      return is_way_of_copying(load<mach_msg_ool_descriptor_t>(message, offset).copy);
    case MACH_MSG_OOL_PORTS_DESCRIPTOR:
      return is_way_of_copying(load<mach_msg_ool_ports_descriptor_t>(message, offset).copy);
    case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
      return is_guard(load<mach_msg_guarded_port_descriptor_t>(message, offset));
    default:
      return true;
  }
}

// Finds all descriptors, before any is acted upon.
mach_msg_return_t measure(Message& message) {
  const auto body = load<mach_msg_body_t>(message, 0);
  std::size_t offset = sizeof body;
  for (mach_msg_size_t index = 0; index < body.msgh_descriptor_count; ++index) {
    if (message.payload.size() - offset < sizeof(mach_msg_type_descriptor_t)) return MACH_SEND_MSG_TOO_SMALL;
    const mach_msg_descriptor_type_t type = type_at(message, offset);
    const std::size_t size = descriptor_size(type);
    if (size == 0) return MACH_SEND_INVALID_TYPE;
    if (message.payload.size() - offset < size) return MACH_SEND_MSG_TOO_SMALL;
    if (!is_well_formed(message, offset, type)) return MACH_SEND_INVALID_TYPE;
    message.descriptors.emplace_back(Descriptor{.offset = offset, .type = type});
    offset += size;
  }
  return MACH_MSG_SUCCESS;
}

// A receive right that goes with the message: is the message reachable through anything but itself?
void note_receive_right(Message& message, const Right& right) {
  if (right.kind != RightKind::receive) return;
  Port& destination = *message.destination.port;
  if (closes_circle(*right.port, destination)) {
    message.circular = true;
  } else {
    right.port->destination = &destination;
  }
}

mach_msg_return_t copyin_right(Kernel& kernel, Task& task, Message& message, mach_port_name_t name,
                               mach_msg_type_name_t disposition, Right& right) {
  if (name == MACH_PORT_DEAD) right.kind = RightKind::dead;
  if (!MACH_PORT_VALID(name)) return MACH_MSG_SUCCESS;
  const Copyin in = copyin(kernel, task.space, name, disposition);
  if (in.code != KERN_SUCCESS) return MACH_SEND_INVALID_RIGHT;
  right = in.right;
  note_receive_right(message, right);
  return MACH_MSG_SUCCESS;
}

mach_msg_return_t copyin_port(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  const auto client = load<mach_msg_port_descriptor_t>(message, descriptor.offset);
  descriptor.disposition = received_disposition(client.disposition);
  return copyin_right(kernel, task, message, client.name, client.disposition, descriptor.right);
}

// The sender shows that it knows the guard, or says that there is none.
bool knows_guard(Space& space, const mach_msg_guarded_port_descriptor_t& client) {
  const Entry* const entry = space.find(client.name);
  if (entry == nullptr || (entry->type & MACH_PORT_TYPE_RECEIVE) == 0) return false;
  const Guard& guard = entry->port->guard;
  const bool unguarded = (client.flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND) != 0;
  return unguarded ? !guard.guarded : guard.guarded && guard.context == client.context;
}

mach_msg_return_t copyin_guarded(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  const auto client = load<mach_msg_guarded_port_descriptor_t>(message, descriptor.offset);
  descriptor.disposition = received_disposition(client.disposition);
  descriptor.guard_flags = client.flags;
  if (MACH_PORT_VALID(client.name) && !knows_guard(task.space, client)) return MACH_SEND_INVALID_RIGHT;
  return copyin_right(kernel, task, message, client.name, client.disposition, descriptor.right);
}

mach_msg_return_t copyin_memory(Task& task, Message& message, Descriptor& descriptor) {
  const auto client = load<mach_msg_ool_descriptor_t>(message, descriptor.offset);
  descriptor.copy = client.copy;
  if (client.size > memory_max) return MACH_SEND_NO_BUFFER;
  descriptor.memory.resize(client.size);
  if (!read_client(descriptor.memory.data(), client.address, client.size)) return MACH_SEND_INVALID_MEMORY;
  if (client.deallocate != 0) {
    task.regions.deallocate(reinterpret_cast<vm_address_t>(client.address), client.size);
  }
  return MACH_MSG_SUCCESS;
}

mach_msg_return_t copyin_array(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  const auto client = load<mach_msg_ool_ports_descriptor_t>(message, descriptor.offset);
  descriptor.disposition = received_disposition(client.disposition);
  if (client.count > memory_max / sizeof(Right)) return MACH_SEND_NO_BUFFER;
  std::vector<mach_port_name_t> names(client.count);
  const std::size_t size = names.size() * sizeof names[0];
  if (!read_client(names.data(), client.address, size)) return MACH_SEND_INVALID_MEMORY;
  if (client.deallocate != 0) {
    task.regions.deallocate(reinterpret_cast<vm_address_t>(client.address), size);
  }
  descriptor.array.reserve(names.size());
  for (const mach_port_name_t name : names) {
    Right& right = descriptor.array.emplace_back();
    const mach_msg_return_t code = copyin_right(kernel, task, message, name, client.disposition, right);
    if (code != MACH_MSG_SUCCESS) return code;
  }
  return MACH_MSG_SUCCESS;
}

mach_msg_return_t copyin_descriptor(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  switch (descriptor.type) {
    case MACH_MSG_PORT_DESCRIPTOR:
      return copyin_port(kernel, task, message, descriptor);
    case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
      return copyin_guarded(kernel, task, message, descriptor);
    case MACH_MSG_OOL_PORTS_DESCRIPTOR:
      return copyin_array(kernel, task, message, descriptor);
    default:
      return copyin_memory(task, message, descriptor);
  }
}

void store_port(Message& message, const Descriptor& descriptor, mach_port_name_t name) {
  mach_msg_port_descriptor_t client = {};
  client.name = name;
  client.disposition = static_cast<std::uint8_t>(descriptor.disposition);
  client.type = MACH_MSG_PORT_DESCRIPTOR;
  store(message, descriptor.offset, client);
}

void copyout_port(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  store_port(message, descriptor, copyout(kernel, task.space, take(descriptor.right)));
}

// For who asked for it: the receive right arrives guarded.
void copyout_guarded(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor,
                     const void* buffer) {
  Port* const port = descriptor.right.port;
  const mach_port_name_t name = copyout(kernel, task.space, take(descriptor.right));
  mach_msg_guarded_port_descriptor_t client = {};
  client.name = name;
  client.flags = static_cast<std::uint16_t>(descriptor.guard_flags);
  client.disposition = static_cast<std::uint8_t>(descriptor.disposition);
  client.type = MACH_MSG_GUARDED_PORT_DESCRIPTOR;
  if (MACH_PORT_VALID(name)) {
    client.context = reinterpret_cast<mach_port_context_t>(buffer);
    const bool immovable = (descriptor.guard_flags & MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE) != 0;
    port->guard = Guard{.context = client.context, .guarded = true, .strict = true, .immovable = immovable};
  }
  store(message, descriptor.offset, client);
}

// For who did not: a plain descriptor, which is shorter. Returns by how much.
std::size_t copyout_unguarded(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  constexpr std::size_t more =
      sizeof(mach_msg_guarded_port_descriptor_t) - sizeof(mach_msg_port_descriptor_t);
  const auto begin = message.payload.begin() + static_cast<std::ptrdiff_t>(descriptor.offset);
  message.payload.erase(begin, begin + static_cast<std::ptrdiff_t>(more));
  copyout_port(kernel, task, message, descriptor);
  return more;
}

void copyout_memory(Task& task, Message& message, const Descriptor& descriptor) {
  mach_msg_ool_descriptor_t client = {};
  client.address = task.regions.copy_in(descriptor.memory.data(), descriptor.memory.size());
  client.size = client.address == nullptr ? 0 : static_cast<mach_msg_size_t>(descriptor.memory.size());
  client.deallocate = 1;  // the memory is the receiver's
  client.copy = static_cast<std::uint8_t>(descriptor.copy);
  client.type = static_cast<std::uint8_t>(descriptor.type);
  store(message, descriptor.offset, client);
}

void copyout_array(Kernel& kernel, Task& task, Message& message, Descriptor& descriptor) {
  std::vector<mach_port_name_t> names;
  names.reserve(descriptor.array.size());
  for (Right& right : descriptor.array) names.push_back(copyout(kernel, task.space, take(right)));
  mach_msg_ool_ports_descriptor_t client = {};
  client.address = task.regions.copy_in(names.data(), names.size() * sizeof names[0]);
  client.count = client.address == nullptr ? 0 : static_cast<mach_msg_size_t>(names.size());
  client.deallocate = 1;
  client.copy = MACH_MSG_VIRTUAL_COPY;
  client.disposition = static_cast<std::uint8_t>(descriptor.disposition);
  client.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
  store(message, descriptor.offset, client);
}

}  // namespace

std::size_t descriptor_size(mach_msg_descriptor_type_t type) {
  switch (type) {
    case MACH_MSG_PORT_DESCRIPTOR:
      return sizeof(mach_msg_port_descriptor_t);
    case MACH_MSG_OOL_DESCRIPTOR:
    case MACH_MSG_OOL_VOLATILE_DESCRIPTOR:
      return sizeof(mach_msg_ool_descriptor_t);
    case MACH_MSG_OOL_PORTS_DESCRIPTOR:
      return sizeof(mach_msg_ool_ports_descriptor_t);
    case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
      return sizeof(mach_msg_guarded_port_descriptor_t);
    default:
      return 0;
  }
}

mach_msg_return_t copyin_body(Kernel& kernel, Task& task, Message& message) {
  if (!message.complex) return MACH_MSG_SUCCESS;
  mach_msg_return_t code = measure(message);
  for (Descriptor& descriptor : message.descriptors) {
    if (code != MACH_MSG_SUCCESS) break;
    code = copyin_descriptor(kernel, task, message, descriptor);
  }
  return code;
}

void copyout_body(Kernel& kernel, Task& task, Message& message, mach_msg_option_t option,
                  const void* buffer) {
  std::size_t shorter = 0;
  for (Descriptor& descriptor : message.descriptors) {
    descriptor.offset -= shorter;
    switch (descriptor.type) {
      case MACH_MSG_PORT_DESCRIPTOR:
        copyout_port(kernel, task, message, descriptor);
        break;
      case MACH_MSG_GUARDED_PORT_DESCRIPTOR:
        if ((option & MACH_RCV_GUARDED_DESC) != 0) {
          copyout_guarded(kernel, task, message, descriptor, buffer);
        } else {
          shorter += copyout_unguarded(kernel, task, message, descriptor);
        }
        break;
      case MACH_MSG_OOL_PORTS_DESCRIPTOR:
        copyout_array(kernel, task, message, descriptor);
        break;
      default:
        copyout_memory(task, message, descriptor);
    }
  }
}

}  // namespace portunus::hosted
