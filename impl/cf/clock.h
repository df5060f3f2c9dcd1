// The machine's clock, which deadlines and timers go by.
#pragma once

#include <CoreFoundation/CFBase.h>

#include <cstdint>

namespace portunus::cf {

// In nanoseconds. It never goes back.
std::uint64_t clock_now();

// Longer than a program lives: a date that far away never comes.
inline constexpr CFTimeInterval lifetime_of_a_program = 504911232.0;  // sixteen years
inline constexpr std::uint64_t never = ~std::uint64_t{0};

// Seconds in whole nanoseconds: 0 for none, less and what is no number, `never` for more than a lifetime.
std::uint64_t nanoseconds(CFTimeInterval seconds);
CFTimeInterval seconds(std::uint64_t nanoseconds);

}  // namespace portunus::cf
