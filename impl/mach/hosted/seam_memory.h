// The memory that seam::allocate gives out: each block is the process heap's own, so that the sanitizers
// watch it, and all of them end with the world.
#pragma once

#include <cstddef>

namespace portunus::hosted {

class SeamMemory {
 public:
  SeamMemory() = default;
  ~SeamMemory();
  SeamMemory(const SeamMemory&) = delete;
  SeamMemory& operator=(const SeamMemory&) = delete;

  // Zeroed, aligned for any type; nullptr if there is no more.
  void* allocate(std::size_t size);
  // Takes what allocate gave, and nullptr.
  void deallocate(void* memory);

  std::size_t blocks() const { return blocks_; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct alignas(std::max_align_t) Header {
    Header* next;
    Header* previous;
    std::size_t size;
  };

  Header* first_ = nullptr;
  std::size_t blocks_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace portunus::hosted
