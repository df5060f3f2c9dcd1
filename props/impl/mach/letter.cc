#include "props/impl/mach/letter.h"

#include <algorithm>

namespace portunus::props {

Letter& Letter::add_port(Name name, mach_msg_type_name_t disposition) {
  mach_msg_port_descriptor_t descriptor = {};
  descriptor.name = name;
  descriptor.disposition = static_cast<std::uint8_t>(disposition);
  descriptor.type = MACH_MSG_PORT_DESCRIPTOR;
  return add(descriptor);
}

Letter& Letter::add_memory(const void* address, std::size_t size, bool deallocate,
                           mach_msg_copy_options_t copy, mach_msg_descriptor_type_t type) {
  mach_msg_ool_descriptor_t descriptor = {};
  descriptor.address = const_cast<void*>(address);
  descriptor.size = static_cast<mach_msg_size_t>(size);
  descriptor.deallocate = deallocate ? 1 : 0;
  descriptor.copy = static_cast<std::uint8_t>(copy);
  descriptor.type = static_cast<std::uint8_t>(type);
  return add(descriptor);
}

Letter& Letter::add_array(const std::vector<Name>& names, mach_msg_type_name_t disposition) {
  Name* const kept = names_ + names_size_;
  std::copy(names.begin(), names.end(), kept);
  names_size_ += names.size();
  return add_array(kept, names.size(), disposition);
}

Letter& Letter::add_array(const void* address, std::size_t count, mach_msg_type_name_t disposition,
                          bool deallocate, mach_msg_copy_options_t copy) {
  mach_msg_ool_ports_descriptor_t descriptor = {};
  descriptor.address = const_cast<void*>(address);
  descriptor.count = static_cast<mach_msg_size_t>(count);
  descriptor.deallocate = deallocate ? 1 : 0;
  descriptor.copy = static_cast<std::uint8_t>(copy);
  descriptor.disposition = static_cast<std::uint8_t>(disposition);
  descriptor.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
  return add(descriptor);
}

Letter& Letter::add_guarded(Name name, mach_port_context_t context, mach_msg_guard_flags_t flags,
                            mach_msg_type_name_t disposition) {
  mach_msg_guarded_port_descriptor_t descriptor = {};
  descriptor.name = name;
  descriptor.context = context;
  descriptor.flags = static_cast<std::uint16_t>(flags);
  descriptor.disposition = static_cast<std::uint8_t>(disposition);
  descriptor.type = MACH_MSG_GUARDED_PORT_DESCRIPTOR;
  return add(descriptor);
}

mach_msg_return_t Letter::send(mach_msg_option_t option, std::size_t cut, mach_msg_timeout_t timeout) {
  return mach_msg(&header(), MACH_SEND_MSG | option, static_cast<mach_msg_size_t>(size_ - cut), 0,
                  MACH_PORT_NULL, timeout, MACH_PORT_NULL);
}

mach_msg_return_t Letter::receive(Name name, mach_msg_option_t option, mach_msg_timeout_t timeout) {
  std::memset(bytes_, 0, sizeof bytes_);
  return mach_msg(&header(), MACH_RCV_MSG | MACH_RCV_TIMEOUT | option, 0, sizeof bytes_, name, timeout,
                  MACH_PORT_NULL);
}

mach_msg_return_t Letter::receive_into(std::size_t room, Name name) {
  return mach_msg(&header(), MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, static_cast<mach_msg_size_t>(room), name, 0,
                  MACH_PORT_NULL);
}

}  // namespace portunus::props
