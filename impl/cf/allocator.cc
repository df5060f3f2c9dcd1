#include "impl/cf/allocator.h"

#include "impl/cf/runtime.h"
#include "impl/cf/text.h"
#include "impl/mach/seam.h"

namespace portunus::cf {
namespace {

void finalize_allocator(Instance* instance);
CFStringRef describe_allocator(const Instance* instance);

constexpr Class allocator_class = {.type = type_allocator,
                                   .finalize = finalize_allocator,
                                   .equal = nullptr,
                                   .hash = nullptr,
                                   .describe = describe_allocator};

}  // namespace
}  // namespace portunus::cf

struct __CFAllocator : portunus::cf::Instance {
  constexpr __CFAllocator() : Instance(portunus::cf::allocator_class) {}
  constexpr explicit __CFAllocator(const CFAllocatorContext& the_context)
      : Instance(portunus::cf::allocator_class), context(the_context) {
    immortal = true;
  }

  CFAllocatorContext context = {};
};

namespace portunus::cf {
namespace {

void finalize_allocator(Instance* instance) {
  const CFAllocatorContext& context = static_cast<__CFAllocator*>(instance)->context;
  if (context.release != nullptr) context.release(context.info);
}

CFStringRef describe_allocator(const Instance* instance) {
  Text text;
  text.add("<CFAllocator ").pointer(instance).add(">{info = ");
  text.pointer(static_cast<const __CFAllocator*>(instance)->context.info).add("}");
  return text.copy_string();
}

void* system_allocate(CFIndex size, CFOptionFlags, void*) {
  return seam::allocate(static_cast<std::size_t>(size));
}

void system_deallocate(void* memory, void*) {
  seam::deallocate(memory);
}

// They are never released, and nothing of them ever changes: one of each serves every world.
constinit __CFAllocator system_allocator{CFAllocatorContext{.version = 0,
                                                            .info = nullptr,
                                                            .retain = nullptr,
                                                            .release = nullptr,
                                                            .copyDescription = nullptr,
                                                            .allocate = system_allocate,
                                                            .reallocate = nullptr,
                                                            .deallocate = system_deallocate,
                                                            .preferredSize = nullptr}};
constinit __CFAllocator null_allocator{CFAllocatorContext{}};

}  // namespace

CFAllocatorRef allocator_or_default(CFAllocatorRef allocator) {
  return allocator == nullptr ? &system_allocator : allocator;
}

void* allocator_allocate(CFAllocatorRef allocator, std::size_t size) {
  const CFAllocatorContext& context = allocator->context;
  if (context.allocate == nullptr) return nullptr;
  return context.allocate(static_cast<CFIndex>(size), 0, context.info);
}

void allocator_deallocate(CFAllocatorRef allocator, void* memory) {
  const CFAllocatorContext& context = allocator->context;
  if (context.deallocate != nullptr) context.deallocate(memory, context.info);
}

}  // namespace portunus::cf

using namespace portunus::cf;

const CFAllocatorRef kCFAllocatorDefault = nullptr;
const CFAllocatorRef kCFAllocatorSystemDefault = &system_allocator;
const CFAllocatorRef kCFAllocatorNull = &null_allocator;

CFTypeID CFAllocatorGetTypeID() {
  return type_allocator;
}

CFAllocatorRef CFAllocatorCreate(CFAllocatorRef allocator, CFAllocatorContext* context) {
  auto* created = create_instance<__CFAllocator>(allocator);
  if (created == nullptr) return nullptr;
  created->context = *context;
  if (context->retain != nullptr) created->context.info = const_cast<void*>(context->retain(context->info));
  return created;
}

void* CFAllocatorAllocate(CFAllocatorRef allocator, CFIndex size, CFOptionFlags hint) {
  const CFAllocatorContext& context = allocator_or_default(allocator)->context;
  if (size <= 0 || context.allocate == nullptr) return nullptr;
  return context.allocate(size, hint, context.info);
}

void CFAllocatorDeallocate(CFAllocatorRef allocator, void* ptr) {
  allocator_deallocate(allocator_or_default(allocator), ptr);
}

void CFAllocatorGetContext(CFAllocatorRef allocator, CFAllocatorContext* context) {
  *context = allocator_or_default(allocator)->context;
}
