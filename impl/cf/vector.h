// A growing array of plain values, on the seam's memory: a freestanding guest has no allocator of the
// standard library.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "impl/mach/seam.h"

namespace portunus::cf {

// Keeps the order of its elements. Growing traps when there is no memory left: nobody could go on without.
template <class T>
class Vector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Vector() = default;
  Vector(const Vector&) = delete;
  Vector& operator=(const Vector&) = delete;
  Vector(Vector&& other) noexcept : items_(other.items_), size_(other.size_), capacity_(other.capacity_) {
    other.forget();
  }
  Vector& operator=(Vector&& other) noexcept {
    if (this == &other) return *this;
    seam::deallocate(items_);
    items_ = other.items_;
    size_ = other.size_;
    capacity_ = other.capacity_;
    other.forget();
    return *this;
  }
  ~Vector() { seam::deallocate(items_); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return items_; }
  T* end() { return items_ + size_; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }
  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }

  void push_back(const T& value) {
    const T copy = value;  // `value` may stand in the memory that is about to move
    if (size_ == capacity_) grow();
    items_[size_++] = copy;
  }
  void erase(const T* position) {
    const auto index = static_cast<std::size_t>(position - items_);
    std::memmove(items_ + index, items_ + index + 1, (size_ - index - 1) * sizeof(T));
    --size_;
  }

 private:
  void forget() {
    items_ = nullptr;
    size_ = capacity_ = 0;
  }
  void grow() {
    const std::size_t capacity = capacity_ == 0 ? 4 : 2 * capacity_;
    auto* items = static_cast<T*>(seam::allocate(capacity * sizeof(T)));
    if (items == nullptr) seam::trap();
    if (size_ != 0) std::memcpy(items, items_, size_ * sizeof(T));
    seam::deallocate(items_);
    items_ = items;
    capacity_ = capacity;
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace portunus::cf
