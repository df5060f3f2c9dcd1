// The observing allocator: a client's CFAllocator that tells which object got which memory, and when it came
// back. Freed blocks are poisoned and kept until the run ends, so that no address is given out twice and a
// write after free leaves a mark that even a system without a sanitizer cannot hide.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "model/vocabulary/value.h"

namespace portunus::driver {

// Who wants to know. Called on the thread that allocates.
class AllocationListener {
 public:
  // The object that the memory being asked for is to become; type none if it is not an object of the script.
  virtual Value allocating() = 0;
  virtual void allocated(Value object) = 0;
  virtual void deallocated(Value object) = 0;

 protected:
  ~AllocationListener() = default;
};

class Observer {
 public:
  explicit Observer(AllocationListener& listener) : listener_(listener) {}
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // Makes the allocator. Where the CoreFoundation will not, nothing is observed: `allocator` is its default
  // one.
  void open();
  // Gives back the quarantined memory and the reference to the allocator. False if a freed block was written
  // to. Memory that is still in use stays with the system under test, which may give it back later.
  bool close();

  CFAllocatorRef allocator() const { return allocator_; }
  // The object whose memory `pointer` lies in, dead or alive; type none if in nobody's.
  Value object_at(const void* pointer) const;

 private:
  enum class State : std::uint8_t { empty, live, freed };

  struct Block {
    std::atomic<State> state{State::empty};  // the other fields are written before it leaves `empty`
    std::byte* begin = nullptr;
    std::size_t size = 0;
    Value object;
  };

  // Every object needs a handle, and there are 16 for objects that are allocated; the rest is for a system
  // that takes more than its objects from here. Memory beyond that is passed through unobserved.
  static constexpr std::size_t blocks_max = 64;

  static void* allocate(CFIndex size, CFOptionFlags hint, void* info);
  static void deallocate(void* memory, void* info);

  Block* find(const void* begin);
  void* allocate_block(std::size_t size);
  void deallocate_block(Block& block);

  AllocationListener& listener_;
  CFAllocatorRef allocator_ = nullptr;
  std::atomic<std::uint32_t> count_{0};  // blocks taken; may run past blocks_max
  Block blocks_[blocks_max];
};

}  // namespace portunus::driver
