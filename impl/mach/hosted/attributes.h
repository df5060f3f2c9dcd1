// What can be told and set of a port that is received here (facts mach-xnu 7, 8).
#pragma once

#include <mach/message.h>
#include <mach/port.h>

#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

// `count` in words: how many there is room for; how many were written.
kern_return_t get_attributes(Space& space, mach_port_name_t name, mach_port_flavor_t flavor, integer_t* info,
                             mach_msg_type_number_t& count);
kern_return_t set_attributes(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_flavor_t flavor,
                             const integer_t* info, mach_msg_type_number_t count);

kern_return_t set_make_send_count(Space& space, mach_port_name_t name, mach_port_mscount_t count);
kern_return_t set_sequence_number(Space& space, mach_port_name_t name, mach_port_seqno_t seqno);

// Looks at a queued message without taking it.
struct Peek {
  mach_port_seqno_t seqno;  // of which message, 0 for the first; of which it was
  mach_msg_size_t size;
  mach_msg_id_t id;
};
// KERN_FAILURE when there is no such message, or less room than the trailer needs. `trailer` gets as many
// bytes as `elements`, an option of mach_msg, asks for, and `trailer_size` is that number.
kern_return_t peek(Space& space, mach_port_name_t name, mach_msg_option_t elements, Peek& peeked,
                   char* trailer, mach_msg_type_number_t& trailer_size);

}  // namespace portunus::hosted
