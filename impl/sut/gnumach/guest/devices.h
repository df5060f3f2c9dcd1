// The machine that the guest runs in: the channels to and from the host, by I/O ports (facts gnumach 10).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::guest {

// Lets the calling task, and none that it makes, use the machine's channels. False if the kernel will not.
bool open_devices(gnumach::Name device_master);

// The whole file of that name from the emulator's firmware configuration; empty if there is none.
std::string read_file(std::string_view name);
// To the emulator's debug console, byte by byte as they are; it has them when the call returns.
void write_out(std::string_view bytes);
// Ends the emulator, with that status or one that tells that it could not.
[[noreturn]] void power_off(std::uint8_t status, gnumach::Name host);

}  // namespace portunus::guest
