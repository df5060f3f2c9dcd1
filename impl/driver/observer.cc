#include "impl/driver/observer.h"

#include <algorithm>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define PORTUNUS_DRIVER_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PORTUNUS_DRIVER_ASAN
#endif
#endif
#ifdef PORTUNUS_DRIVER_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(begin, size) (static_cast<void>(begin), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(begin, size) (static_cast<void>(begin), static_cast<void>(size))
#endif

namespace portunus::driver {
namespace {

// As a pointer it is odd and, on every machine of ours, not mapped.
constexpr std::byte kPoison{0xd7};

// Objects may outlive the run that made them, and their memory comes back here all the same: then there is no
// observer any more, and the memory goes straight to where it came from.
std::atomic<Observer*> open_observer{nullptr};

}  // namespace

void Observer::open() {
  CFAllocatorContext context = {};
  context.info = this;
  context.allocate = allocate;
  context.deallocate = deallocate;
  open_observer.store(this);
  allocator_ = CFAllocatorCreate(kCFAllocatorSystemDefault, &context);
}

bool Observer::close() {
  open_observer.store(nullptr);
  bool intact = true;
  const std::size_t count = std::min<std::size_t>(count_.load(), blocks_max);
  for (std::size_t at = 0; at < count; ++at) {
    Block& block = blocks_[at];
    if (block.state.load() != State::freed) continue;
    ASAN_UNPOISON_MEMORY_REGION(block.begin, block.size);
    intact = intact && std::all_of(block.begin, block.begin + block.size,
                                   [](std::byte byte) { return byte == kPoison; });
    CFAllocatorDeallocate(kCFAllocatorSystemDefault, block.begin);
  }
  if (allocator_ != nullptr) CFRelease(allocator_);
  allocator_ = nullptr;
  return intact;
}

Value Observer::object_at(const void* pointer) const {
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  const std::size_t count = std::min<std::size_t>(count_.load(), blocks_max);
  for (std::size_t at = 0; at < count; ++at) {
    const Block& block = blocks_[at];
    if (block.state.load() == State::empty) continue;
    const auto begin = reinterpret_cast<std::uintptr_t>(block.begin);
    if (address >= begin && address - begin < block.size) return block.object;
  }
  return {};
}

Observer::Block* Observer::find(const void* begin) {
  const std::size_t count = std::min<std::size_t>(count_.load(), blocks_max);
  for (std::size_t at = 0; at < count; ++at)
    if (blocks_[at].state.load() != State::empty && blocks_[at].begin == begin) return &blocks_[at];
  return nullptr;
}

void* Observer::allocate(CFIndex size, CFOptionFlags, void* info) {
  auto* observer = static_cast<Observer*>(info);
  if (open_observer.load() != observer || size <= 0)
    return CFAllocatorAllocate(kCFAllocatorSystemDefault, size, 0);
  return observer->allocate_block(static_cast<std::size_t>(size));
}

void* Observer::allocate_block(std::size_t size) {
  void* memory = CFAllocatorAllocate(kCFAllocatorSystemDefault, static_cast<CFIndex>(size), 0);
  if (memory == nullptr) return nullptr;
  const std::uint32_t place = count_.fetch_add(1);
  if (place >= blocks_max) return memory;
  Block& block = blocks_[place];
  block.begin = static_cast<std::byte*>(memory);
  block.size = size;
  block.object = listener_.allocating();
  block.state.store(State::live);
  if (block.object.type != Type::none) listener_.allocated(block.object);
  return memory;
}

void Observer::deallocate(void* memory, void* info) {
  auto* observer = static_cast<Observer*>(info);
  Block* block = open_observer.load() == observer ? observer->find(memory) : nullptr;
  if (block == nullptr) return CFAllocatorDeallocate(kCFAllocatorSystemDefault, memory);
  observer->deallocate_block(*block);
}

// A block that comes back a second time is told a second time: the judge knows what to make of it.
void Observer::deallocate_block(Block& block) {
  if (block.object.type != Type::none) listener_.deallocated(block.object);
  if (block.state.exchange(State::freed) == State::freed) return;
  std::memset(block.begin, std::to_integer<int>(kPoison), block.size);
  ASAN_POISON_MEMORY_REGION(block.begin, block.size);
}

}  // namespace portunus::driver
