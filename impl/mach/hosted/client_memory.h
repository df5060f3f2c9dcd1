// A client's memory, which may not be there.
#pragma once

#include <cstddef>

namespace portunus::hosted {

// Whether the address could be a client's at all. Says nothing of whether there is memory.
bool is_plausible(const void* address);

// Copies `size` bytes from where a client says they are; false if not all of them can be read.
bool read_client(void* to, const void* from, std::size_t size);

}  // namespace portunus::hosted
