// Confining a process that is to run foreign code.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace portunus {

// To be called in a freshly forked child. It then dies with `parent`, leaves no core files, may take
// `memory_bytes` more than it has, hears nothing and is not heard on the standard streams, and has no file
// open but those and `descriptor`, whose new number it gives back.
int confine(int descriptor, pid_t parent, std::uint64_t memory_bytes);

}  // namespace portunus
