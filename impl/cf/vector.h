// A growing array of plain values, on the seam's memory: a freestanding guest has no allocator of the
// standard library.
#pragma once

#include <algorithm>
#include <cstddef>
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
    free_items();
    items_ = other.items_;
    size_ = other.size_;
    capacity_ = other.capacity_;
    other.forget();
    return *this;
  }
  ~Vector() { free_items(); }

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
  // Puts an element before the first that is to come after it: `before(value, element)` tells which do. In a
  // vector that is sorted that way already, equals keep the order in which they came.
  template <class Before>
  void insert_sorted(const T& value, const Before& before) {
    push_back(value);
    T* const last = end() - 1;
    T* const place = std::find_if(begin(), last, [&](const T& element) { return before(*last, element); });
    std::rotate(place, last, end());
  }
  // Takes one element out; `position` points to it.
  void erase(const T* position) {
    T* const place = items_ + (position - items_);
    std::copy(place + 1, end(), place);
    --size_;
  }

 private:
  void forget() {
    items_ = nullptr;
    size_ = capacity_ = 0;
  }
  void free_items() { seam::deallocate(static_cast<void*>(items_)); }
  void grow() {
    const std::size_t capacity = capacity_ == 0 ? 4 : 2 * capacity_;
    auto* items =
        static_cast<T*>(seam::allocate(capacity * sizeof(T)));  // NOLINT(bugprone-sizeof-expression)
    if (items == nullptr) seam::trap();
    std::copy(begin(), end(), items);
    free_items();
    items_ = items;
    capacity_ = capacity;
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace portunus::cf
