// Short words for what every case does with ports.
#pragma once

#include <mach/mach.h>

#include <cstdint>

namespace portunus::guest_test {

// A receive right, with a send right under the same name.
mach_port_t make_port();
mach_port_t make_set();
void drop_port(mach_port_t port);
void drop_set(mach_port_t set);

// A message without a body.
mach_msg_return_t send(mach_port_t port, mach_msg_id_t id, mach_msg_option_t options = 0,
                       mach_msg_timeout_t timeout = 0);

struct Received {
  mach_msg_return_t code;
  mach_msg_id_t id;
  mach_port_t port;  // that it came to
};
// With a timeout in milliseconds; negative: none.
Received receive(mach_port_t from, int timeout = 0);

std::uint32_t type_of(mach_port_t name);
std::uint32_t references(mach_port_t name, mach_port_right_t right);

}  // namespace portunus::guest_test
