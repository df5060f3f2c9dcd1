// A message inside the kernel: its bytes as they were sent, and the rights that they stand for.
#pragma once

#include <mach/message.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/right.h"

namespace portunus::hosted {

struct Timer;

// A descriptor of the body, and what it stands for while the message is in the kernel.
struct Descriptor {
  std::size_t offset;  // of the descriptor in `payload`
  mach_msg_descriptor_type_t type;
  mach_msg_type_name_t disposition = 0;    // of rights, as a receiver sees it
  mach_msg_guard_flags_t guard_flags = 0;  // of a guarded port
  mach_msg_copy_options_t copy = 0;        // of memory
  Right right = {};                        // of a port, guarded or not
  std::vector<Right> array = {};           // of an array of ports
  std::vector<std::byte> memory = {};      // of memory
};

struct Message : Registered, ListNode<Message> {
  Right destination;  // send or send-once; keeps the port that the message is for
  Right reply;
  mach_msg_type_name_t reply_disposition = 0;  // as a receiver sees it; may be set though there is no right
  bool complex = false;
  bool circular = false;  // carries a receive right that nothing outside the message could reach any more
  mach_port_name_t voucher = 0;
  mach_msg_id_t id = 0;
  std::uint32_t sender = 0;        // the serial number of the task that has sent it; 0 is the kernel
  mach_port_seqno_t seqno = 0;     // given when it is taken off its queue
  Timer* timer = nullptr;          // that has expired and has this message out
  std::vector<std::byte> payload;  // what follows the header
  std::vector<Descriptor> descriptors;

  mach_msg_size_t size() const {
    return static_cast<mach_msg_size_t>(sizeof(mach_msg_header_t) + payload.size());
  }
};

}  // namespace portunus::hosted
