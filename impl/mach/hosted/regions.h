// A task's memory, as far as Mach gives it out: out-of-line data, arrays that calls return, vm_allocate.
#pragma once

#include <mach/kern_return.h>
#include <mach/vm_types.h>

#include <cstddef>
#include <map>
#include <vector>

namespace portunus::hosted {

class Regions {
 public:
  Regions() = default;
  ~Regions() { clear(); }
  Regions(const Regions&) = delete;
  Regions& operator=(const Regions&) = delete;

  // Zeroed memory in whole pages, anywhere or, with `fixed`, at `address` rounded down. Size 0 is address 0.
  // KERN_NO_SPACE if there is none, or it is taken.
  kern_return_t allocate(vm_address_t& address, vm_size_t size, bool fixed);
  // Gives back every page that the range touches; what of it is not this task's stays as it is.
  // KERN_INVALID_ARGUMENT if the range has no end.
  kern_return_t deallocate(vm_address_t address, vm_size_t size);
  void clear();

  // Memory with these bytes in it; nullptr for none, and when there is no more.
  void* copy_in(const void* bytes, std::size_t size);

  // The same for what a call returns: a list, in memory that is the caller's from then on.
  template <class T>
  void give_array(const std::vector<T>& list, T*& array, unsigned& count) {
    array = static_cast<T*>(copy_in(list.data(), list.size() * sizeof(T)));
    count = array == nullptr ? 0 : static_cast<unsigned>(list.size());
  }

  std::size_t bytes() const { return bytes_; }

 private:
  std::map<vm_address_t, vm_size_t> regions_;  // by address, in whole pages, disjoint
  std::size_t bytes_ = 0;
};

}  // namespace portunus::hosted
