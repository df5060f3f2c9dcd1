// The calls on CoreFoundation.
#pragma once

#include "impl/driver/call.h"

namespace portunus::driver {

inline constexpr Function first_cf_function = Function::CFMachPortCreate;
inline constexpr Function last_cf_function = Function::CFRunLoopGetMain;

// One for each function from the first to the last, in their order.
std::span<const Row> cf_rows();

}  // namespace portunus::driver
