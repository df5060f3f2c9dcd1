// An atomic value on the compiler's own operations. std::atomic would do, but its header needs more of a libc
// than a freestanding guest has.
#pragma once

namespace portunus::cf {

// Sequentially consistent throughout: nothing here is hot enough to argue about less.
template <class T>
class Atomic {
 public:
  constexpr Atomic(T value) : value_(value) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load() const {
    T value;
    __atomic_load(&value_, &value, __ATOMIC_SEQ_CST);
    return value;
  }
  void store(T value) { __atomic_store(&value_, &value, __ATOMIC_SEQ_CST); }
  T exchange(T value) {
    T before;
    __atomic_exchange(&value_, &value, &before, __ATOMIC_SEQ_CST);
    return before;
  }
  // Adds, and gives the sum.
  T add(T value) { return __atomic_add_fetch(&value_, value, __ATOMIC_SEQ_CST); }

  operator T() const { return load(); }
  void operator=(T value) { store(value); }

 private:
  T value_;
};

}  // namespace portunus::cf
