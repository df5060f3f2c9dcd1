// Allocators: the system's, the one that never gives memory, and clients'.
#pragma once

#include <CoreFoundation/CFBase.h>

#include <cstddef>

namespace portunus::cf {

// `allocator`, or the system's for NULL.
CFAllocatorRef allocator_or_default(CFAllocatorRef allocator);

// Memory from `allocator`, which is not NULL; null when it gives none.
void* allocator_allocate(CFAllocatorRef allocator, std::size_t size);
void allocator_deallocate(CFAllocatorRef allocator, void* memory);

}  // namespace portunus::cf
