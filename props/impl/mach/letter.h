// Messages with bodies of any descriptors, for the suites that send them.
#pragma once

#include <mach/mach.h>

#include <cstring>
#include <vector>

#include "props/impl/mach/task.h"

namespace portunus::props {

class Letter {
 public:
  // To a port that is received here.
  Letter() = default;
  explicit Letter(Name destination) {
    header().msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0) | MACH_MSGH_BITS_COMPLEX;
    header().msgh_remote_port = destination;
    size_ = sizeof(mach_msg_base_t);
  }

  // Appends a descriptor, or what else there is to be behind them.
  template <class T>
  Letter& add(const T& descriptor) {
    std::memcpy(bytes_ + size_, &descriptor, sizeof descriptor);
    size_ += sizeof descriptor;
    ++base().body.msgh_descriptor_count;
    return *this;
  }
  Letter& add_data(unsigned word) {
    std::memcpy(bytes_ + size_, &word, sizeof word);
    size_ += sizeof word;
    return *this;
  }
  Letter& add_port(Name name, mach_msg_type_name_t disposition);
  Letter& add_memory(const void* address, std::size_t size, bool deallocate = false,
                     mach_msg_copy_options_t copy = MACH_MSG_VIRTUAL_COPY,
                     mach_msg_descriptor_type_t type = MACH_MSG_OOL_DESCRIPTOR);
  Letter& add_array(const std::vector<Name>& names, mach_msg_type_name_t disposition);
  Letter& add_array(const void* address, std::size_t count, mach_msg_type_name_t disposition,
                    bool deallocate = false, mach_msg_copy_options_t copy = MACH_MSG_VIRTUAL_COPY);
  Letter& add_guarded(Name name, mach_port_context_t context, mach_msg_guard_flags_t flags,
                      mach_msg_type_name_t disposition = MACH_MSG_TYPE_MOVE_RECEIVE);

  // Without waiting, unless told otherwise. `cut`: send that many bytes less.
  mach_msg_return_t send(mach_msg_option_t option = MACH_SEND_TIMEOUT, std::size_t cut = 0,
                         mach_msg_timeout_t timeout = 0);
  mach_msg_return_t receive(Name name, mach_msg_option_t option = 0, mach_msg_timeout_t timeout = 0);
  // Receives with room for `room` bytes only.
  mach_msg_return_t receive_into(std::size_t room, Name name);

  mach_msg_header_t& header() { return base().header; }
  mach_msg_base_t& base() { return *reinterpret_cast<mach_msg_base_t*>(bytes_); }
  std::size_t size() const { return size_; }
  // What lies so many bytes behind the base.
  template <class T>
  T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes_ + sizeof(mach_msg_base_t) + offset, sizeof value);
    return value;
  }

 private:
  alignas(8) unsigned char bytes_[1024] = {};
  std::size_t size_ = 0;
  // What arrays point to, until they are sent: no more than a suite needs. No heap, so that a thread that is
  // ended while it has a letter loses nothing.
  Name names_[16] = {};
  std::size_t names_size_ = 0;
};

}  // namespace portunus::props
