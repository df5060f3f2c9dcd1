#include "impl/cf/runtime.h"

#include <climits>
#include <cstring>

#include "impl/cf/allocator.h"
#include "impl/cf/mach_port.h"
#include "impl/cf/registry.h"
#include "impl/cf/string.h"
#include "impl/fault/fault.h"
#include "impl/mach/seam.h"

namespace portunus::cf {
namespace {

// The count is a mutable part of objects that are otherwise constant to their clients.
Instance* mutable_instance(CFTypeRef object) {
  return const_cast<Instance*>(instance_of(object));
}

// The name of a type; empty when there is none of that number.
std::string_view name_of_type(CFTypeID type) {
  switch (type) {
    case type_allocator:
      return "CFAllocator";
    case type_string:
      return "CFString";
    case type_run_loop:
      return "CFRunLoop";
    case type_run_loop_source:
      return "CFRunLoopSource";
    case type_mach_port:
      return "CFMachPort";
    case type_run_loop_observer:
      return "CFRunLoopObserver";
    case type_run_loop_timer:
      return "CFRunLoopTimer";
    case type_array:
      return "CFArray";
    default:
      return {};
  }
}

void destroy(Instance* instance) {
  const CFAllocatorRef allocator = instance->allocator;  // the finaliser may end the object's life in C++
  if (instance->isa->finalize != nullptr) instance->isa->finalize(instance);
  allocator_deallocate(allocator, instance);
  CFRelease(allocator);
}

}  // namespace

void* allocate_instance(CFAllocatorRef& allocator, std::size_t size) {
  allocator = allocator_or_default(allocator);
  void* memory = allocator_allocate(allocator, size);
  if (memory == nullptr) return nullptr;
  std::memset(memory, 0, size);
  CFRetain(allocator);
  return memory;
}

}  // namespace portunus::cf

using namespace portunus::cf;

CFTypeID CFGetTypeID(CFTypeRef object) {
  return instance_of(object)->isa->type;
}

CFStringRef CFCopyTypeIDDescription(CFTypeID type_id) {
  const std::string_view name = name_of_type(type_id);
  return name.empty() ? nullptr : create_string(nullptr, name);
}

CFTypeRef CFRetain(CFTypeRef object) {
  Instance* instance = mutable_instance(object);
  if (!instance->immortal) instance->count.add(1);
  return object;
}

void CFRelease(CFTypeRef object) {
  Instance* instance = mutable_instance(object);
  if (instance->immortal) return;
  const std::int32_t left = instance->count.add(-1);
  if (left == 0) destroy(instance);
  if (left == 1 && portunus::fault::is(portunus::fault::Id::release_frees_ready) &&
      instance->isa->type == type_mach_port) {
    registry_forget_ready(static_cast<MachPort*>(instance));
  }
}

CFIndex CFGetRetainCount(CFTypeRef object) {
  const Instance* instance = instance_of(object);
  return instance->immortal ? LONG_MAX : instance->count.load();
}

Boolean CFEqual(CFTypeRef first, CFTypeRef second) {
  if (first == second) return TRUE;
  const Class* isa = instance_of(first)->isa;
  if (isa != instance_of(second)->isa || isa->equal == nullptr) return FALSE;
  return isa->equal(instance_of(first), instance_of(second));
}

CFHashCode CFHash(CFTypeRef object) {
  const Instance* instance = instance_of(object);
  if (instance->isa->hash != nullptr) return instance->isa->hash(instance);
  return static_cast<CFHashCode>(reinterpret_cast<std::uintptr_t>(object));
}

CFStringRef CFCopyDescription(CFTypeRef object) {
  if (object == nullptr) return nullptr;
  return instance_of(object)->isa->describe(instance_of(object));
}

CFAllocatorRef CFGetAllocator(CFTypeRef object) {
  return allocator_or_default(object == nullptr ? nullptr : instance_of(object)->allocator);
}
