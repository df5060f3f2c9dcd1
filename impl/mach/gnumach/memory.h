// The task's heap, for the seam and for C++. It ends with the task.
#pragma once

#include <cstddef>

namespace portunus::gnumach {

// Zeroed, aligned for any type; nullptr if the task has had its share of the machine's memory.
void* allocate_memory(std::size_t size);
// Takes what allocate_memory gave, and nullptr. The block is filled with a pattern, so that whoever still
// uses it is found out.
void free_memory(void* memory);

}  // namespace portunus::gnumach
