#include "impl/mach/hosted/regions.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace portunus::hosted {
namespace {

vm_size_t page() {
  static const auto size = static_cast<vm_size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

vm_address_t round_down(vm_address_t address) {
  return address & ~(page() - 1);
}

}  // namespace

kern_return_t Regions::allocate(vm_address_t& address, vm_size_t size, bool fixed) {
  if (size == 0) {
    address = 0;
    return KERN_SUCCESS;
  }
  if (size > UINTPTR_MAX - page()) return KERN_NO_SPACE;
  const vm_size_t rounded = round_down(size + page() - 1);
  void* const wanted = fixed ? reinterpret_cast<void*>(round_down(address)) : nullptr;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (fixed ? MAP_FIXED_NOREPLACE : 0);
  void* const memory = mmap(wanted, rounded, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return KERN_NO_SPACE;
  if (fixed && memory != wanted) {  // a system that does not know the flag takes the address for a wish
    munmap(memory, rounded);
    return KERN_NO_SPACE;
  }
  address = reinterpret_cast<vm_address_t>(memory);
  regions_.emplace(address, rounded);
  bytes_ += rounded;
  return KERN_SUCCESS;
}

kern_return_t Regions::deallocate(vm_address_t address, vm_size_t size) {
  if (address > UINTPTR_MAX - page() || size > UINTPTR_MAX - page() - address) return KERN_INVALID_ARGUMENT;
  if (size == 0) return KERN_SUCCESS;
  const vm_address_t begin = round_down(address);
  const vm_address_t end = round_down(address + size + page() - 1);
  auto region = regions_.upper_bound(begin);
  if (region != regions_.begin()) --region;
  while (region != regions_.end() && region->first < end) {
    const vm_address_t first = region->first;
    const vm_address_t last = first + region->second;
    const vm_address_t from = std::max(first, begin);
    const vm_address_t to = std::min(last, end);
    if (from >= to) {
      ++region;
      continue;
    }
    munmap(reinterpret_cast<void*>(from), to - from);
    bytes_ -= to - from;
    region = regions_.erase(region);
    if (first < from) regions_.emplace(first, from - first);
    if (to < last) region = regions_.emplace(to, last - to).first;
  }
  return KERN_SUCCESS;
}

void Regions::clear() {
  for (const auto& [address, size] : regions_) munmap(reinterpret_cast<void*>(address), size);
  regions_.clear();
  bytes_ = 0;
}

void* Regions::copy_in(const void* bytes, std::size_t size) {
  vm_address_t address = 0;
  if (size == 0 || allocate(address, size, false) != KERN_SUCCESS) return nullptr;
  void* const memory = reinterpret_cast<void*>(address);
  std::memcpy(memory, bytes, size);
  return memory;
}

}  // namespace portunus::hosted
