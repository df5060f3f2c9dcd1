// The cases, by what they are about.
#pragma once

#include <span>

#include "props/impl/gnumach/check.h"

namespace portunus::guest_test {

std::span<const Case> message_cases();
std::span<const Case> membership_cases();
std::span<const Case> machine_cases();  // names, time, threads, memory

}  // namespace portunus::guest_test
