#include "impl/mach/gnumach/memory.h"

#include <cstdint>
#include <cstring>

#include "impl/mach/gnumach/mutex.h"
#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {
namespace {

// Blocks are powers of two with this in front of what the client gets.
struct alignas(16) Block {
  std::uint32_t size_class;
  Block* next;  // while it is free
};

constexpr std::uint32_t class_first = 5;  // 32 bytes, the Block's own included
constexpr std::uint32_t class_last = 22;  // 4 MiB
constexpr std::size_t share = std::size_t{24} << 20;
constexpr std::size_t chunk = std::size_t{64} << 10;
constexpr unsigned char freed_pattern = 0xdf;

Block* free_blocks[class_last + 1];
std::uintptr_t chunk_at = 0;
std::uintptr_t chunk_end = 0;
std::size_t taken = 0;
std::uint32_t heap_word = unlocked_word;

std::size_t size_of_class(std::uint32_t size_class) {
  return std::size_t{1} << size_class;
}

// Whole pages from the kernel; 0 if there are none for this task.
std::uintptr_t map(std::size_t size) {
  if (size > share - taken) return 0;
  std::uintptr_t address = 0;
  if (kernel_vm_allocate(task_self(), &address, size, 1) != 0) return 0;
  taken += size;
  return address;
}

Block* carve(std::uint32_t size_class) {
  const std::size_t size = size_of_class(size_class);
  if (size > chunk) return reinterpret_cast<Block*>(map(size));
  if (chunk_end - chunk_at < size) {
    const std::uintptr_t fresh = map(chunk);
    if (fresh == 0) return nullptr;
    chunk_at = fresh;
    chunk_end = fresh + chunk;
  }
  auto* const block = reinterpret_cast<Block*>(chunk_at);
  chunk_at += size;
  return block;
}

}  // namespace

void* allocate_memory(std::size_t size) {
  std::uint32_t size_class = class_first;
  while (size_class <= class_last && size_of_class(size_class) - sizeof(Block) < size) ++size_class;
  if (size_class > class_last) return nullptr;
  const WordLock lock(heap_word);
  Block* block = free_blocks[size_class];
  if (block != nullptr)
    free_blocks[size_class] = block->next;
  else
    block = carve(size_class);
  if (block == nullptr) return nullptr;
  block->size_class = size_class;
  std::memset(block + 1, 0, size);
  return block + 1;
}

void free_memory(void* memory) {
  if (memory == nullptr) return;
  Block* const block = static_cast<Block*>(memory) - 1;
  std::memset(memory, freed_pattern, size_of_class(block->size_class) - sizeof(Block));
  const WordLock lock(heap_word);
  block->next = free_blocks[block->size_class];
  free_blocks[block->size_class] = block;
}

}  // namespace portunus::gnumach
