// The calls on Mach: on names and the rights under them.
#pragma once

#include "impl/driver/call.h"

namespace portunus::driver {

inline constexpr Function first_mach_function = Function::mach_port_allocate;
inline constexpr Function last_mach_function = Function::mach_msg_receive;

// One for each function from the first to the last, in their order; those on messages too.
std::span<const Row> mach_rows();

}  // namespace portunus::driver
