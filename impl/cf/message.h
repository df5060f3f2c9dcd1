// A message in reception: a buffer on the stack, or on the heap where that is too small (facts cfmachport
// 11).
#pragma once

#include <mach/mach.h>

#include <cstdint>

#include "impl/cf/deadline.h"

namespace portunus::cf {

class Message {
 public:
  Message() = default;
  ~Message();
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  // Waits for a message from a port or a set until the deadline. False when none came. What was received
  // before is gone.
  bool receive(mach_port_t from, const Deadline& deadline);

  // What was received, with a format-0 trailer behind it. It lives as long as this object.
  mach_msg_header_t* header();
  // The port that it was sent to.
  mach_port_t receiver() { return header()->msgh_local_port; }

 private:
  static constexpr mach_msg_size_t stack_size = 3 * 1024;

  void grow(mach_msg_size_t size);

  alignas(std::uint64_t) unsigned char stack_[stack_size];
  void* heap_ = nullptr;
  mach_msg_size_t size_ = stack_size;
};

}  // namespace portunus::cf
