// The runtime: what every object begins with, and its life from allocation to deallocation.
#pragma once

#include <CoreFoundation/CFBase.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "impl/cf/atomic.h"

namespace portunus::cf {

struct Instance;

enum TypeId : CFTypeID {
  type_allocator = 1,
  type_string,
  type_run_loop,
  type_run_loop_source,
  type_mach_port,
  type_run_loop_observer,
  type_run_loop_timer,
  type_array
};

// What the objects of one type have in common. `equal` and `hash` are null for types of identity.
struct Class {
  CFTypeID type;
  void (*finalize)(Instance* instance);  // gives up what the object holds; its memory goes afterwards
  bool (*equal)(const Instance* first, const Instance* second);  // both of this type, and not the same
  CFHashCode (*hash)(const Instance* instance);
  CFStringRef (*describe)(const Instance* instance);  // the caller owns the result
};

// The head of every object.
struct Instance {
  constexpr explicit Instance(const Class& the_class) : isa(&the_class) {}
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Class* isa;
  CFAllocatorRef allocator = nullptr;  // retained; null for objects that are not allocated
  Atomic<std::int32_t> count = 1;
  bool immortal = false;  // retain and release do nothing
};

// Memory for one object of `size` bytes, zeroed, from `allocator`, which is retained for the object when it
// is a client's. Null when the allocator gives none. The object has yet to be constructed in it.
void* allocate_instance(CFAllocatorRef& allocator, std::size_t size);

// Allocates and constructs a T, which begins with an Instance, in one single allocation. It has one
// reference, the caller's. Null when the allocator gives no memory.
template <class T>
T* create_instance(CFAllocatorRef allocator) {
  void* memory = allocate_instance(allocator, sizeof(T));
  if (memory == nullptr) return nullptr;
  T* object = new (memory) T;
  object->allocator = allocator;
  return object;
}

inline const Instance* instance_of(CFTypeRef object) {
  return static_cast<const Instance*>(object);
}

// CFRetain and CFRelease with the type kept.
template <class T>
T retain(T object) {
  CFRetain(object);
  return object;
}
inline void release_if(CFTypeRef object) {
  if (object != nullptr) CFRelease(object);
}

}  // namespace portunus::cf
