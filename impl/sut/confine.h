// Confining a process that is to run foreign code.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace portunus {

// All three are to be called in a freshly forked child, this one first. The child then dies with `parent`,
// leaves no core files, and may take `memory_bytes` more than it has.
void confine(pid_t parent, std::uint64_t memory_bytes);

// It hears nothing and is not heard on the standard streams, and has no file open but those and `descriptor`,
// whose new number is given back.
int keep_one_file(int descriptor);

// It has no file open but the three, as its standard streams.
void keep_streams(int in, int out, int err);

}  // namespace portunus
