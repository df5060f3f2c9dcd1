// The capacities of the vocabulary. The model's state is a fixed-size value, so whatever a script or a
// trace may name is bounded here, once. The driver skips a step that would exceed a limit; a foreign trace
// beyond one is inconclusive and the verdict names the limit.
#pragma once

#include <cstddef>

namespace portunus::limits {

inline constexpr int threads = 4;         // T0..T3, and with each its run loop L0..L3
inline constexpr int modes = 3;           // M0 (kCFRunLoopDefaultMode), M1, M2; `common` is none of them
inline constexpr int ports = 8;           // P0..P7: CFMachPort objects
inline constexpr int sources = 8;         // S0..S7: CFRunLoopSource objects
inline constexpr int infos = 8;           // I0..I7: the client's info pointers
inline constexpr int names = 32;          // N0..N31: Mach port names that a script knows
inline constexpr int queue = 5;           // messages queued on a port: XNU's default queue limit
inline constexpr int message_id = 65535;  // ids of messages are 0 to this
inline constexpr int message_size =
    262140;                        // bytes of a message with its header; a multiple of 4, 24 at least
inline constexpr int frames = 16;  // calls and callbacks nested on one thread

inline constexpr std::size_t line_length = 4096;  // bytes in one line of a text file, without its newline
inline constexpr std::size_t steps = 4096;        // steps in a script
inline constexpr std::size_t events = 65536;      // events in a trace
inline constexpr int depth = 32;                  // blocks nested in a script

}  // namespace portunus::limits
