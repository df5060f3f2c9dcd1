// The ledger: what the script owns. A call that would be undefined for any CoreFoundation, because the script
// holds no reference to the object or because a name is somebody else's by now, is not made.
//
// All objects and names here are identities. Safe on several threads at once.
#pragma once

#include <atomic>
#include <cstdint>

#include "model/vocabulary/label.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/value.h"

namespace portunus::driver {

class Ledger {
 public:
  // Objects: ports, sources and loops, as handles. A reference more, and how many there are.
  void own(Value handle);
  std::int32_t owned(Value handle) const;

  // Takes a reference out of the ledger before the client's CFRelease. False, and nothing is taken, if none
  // is owned, or if it is the last and another thread is inside a call on the object that relies on it.
  bool disown(Value handle, ThreadId thread);

  // A call on the object begins on `thread`, on the strength of an owned reference; false if there is none.
  // Each success is followed by one `give_back`.
  bool borrow(Value handle, ThreadId thread);
  void give_back(Value handle, ThreadId thread);

  // The object's memory went back to the observed allocator: a callback that was given it holds it no more.
  void freed(Value handle);
  bool is_freed(Value handle) const;

  // Names. `seen`: the system has just given the name to the script. `gone`: the kernel said that there is no
  // such name. What exists again afterwards without having been seen belongs to somebody else.
  void seen(Value name);
  void gone(Value name);
  bool is_gone(Value name) const;

 private:
  static constexpr int objects = limits::ports + limits::sources + limits::threads;

  static int place(Value handle);
  bool borrowed_elsewhere(int place, ThreadId thread) const;

  // Sequentially consistent throughout: `borrow` writes one and reads the other, `disown` the reverse, so
  // that at least one of two threads that race sees the other.
  std::atomic<std::int32_t> references_[objects] = {};
  std::atomic<std::uint8_t> borrowers_[objects][limits::threads] = {};
  std::atomic<bool> freed_[objects] = {};
  std::atomic<bool> gone_[limits::names] = {};
};

}  // namespace portunus::driver
