#include "impl/mach/hosted/seam_memory.h"

#include <cstdint>
#include <cstdlib>

namespace portunus::hosted {

SeamMemory::~SeamMemory() {
  while (first_ != nullptr) deallocate(first_ + 1);
}

void* SeamMemory::allocate(std::size_t size) {
  if (size > SIZE_MAX - sizeof(Header)) return nullptr;
  auto* const header = static_cast<Header*>(std::calloc(1, sizeof(Header) + size));
  if (header == nullptr) return nullptr;
  header->size = size;
  header->next = first_;
  if (first_ != nullptr) first_->previous = header;
  first_ = header;
  ++blocks_;
  bytes_ += size;
  return header + 1;
}

void SeamMemory::deallocate(void* memory) {
  if (memory == nullptr) return;
  Header* const header = static_cast<Header*>(memory) - 1;
  (header->previous == nullptr ? first_ : header->previous->next) = header->next;
  if (header->next != nullptr) header->next->previous = header->previous;
  --blocks_;
  bytes_ -= header->size;
  std::free(header);
}

}  // namespace portunus::hosted
