// The seam: what impl/cf needs of the machine beneath it and Mach does not give. Each kernel folder
// (hosted/, gnumach/) provides one implementation; no caller knows which.
#pragma once

#include <cstddef>
#include <cstdint>

namespace portunus::seam {

// A lock that is not recursive. Zero-initialised storage is an unlocked lock.
class Mutex {
 public:
  void lock();
  void unlock();
  // Whether the calling thread holds the lock; for assertions and for editions that trap on re-entry.
  bool held() const;

 private:
  std::uintptr_t owner_ = 0;  // the seam's identification of the holding thread, 0 when free
  std::uint32_t waiters_ = 0;
  std::uint32_t word_ = 0;  // for the implementation's own use
};

class Lock {
 public:
  explicit Lock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// Runs `function(argument)` the first time; callers that come meanwhile wait. Zero-initialised storage is
// fresh.
struct Once {
  std::uint32_t state = 0;
};
void once(Once& once, void (*function)(void*), void* argument);

// Starts a background thread. It ends when `entry` returns or with the world; nobody joins it.
// Returns false when there are no more threads to be had.
bool start_background_thread(void (*entry)(void*), void* argument);

// Whether the caller is the thread that the program began with.
bool is_main_thread();

// One word of data for each thread and key; 0 until set. When a thread ends, `at_exit` of each key whose
// word is not 0 is called on it with that word.
enum class ThreadKey : std::uint8_t { run_loop, cf_private };
inline constexpr int thread_keys = 2;
void set_at_exit(ThreadKey key, void (*at_exit)(std::uintptr_t));
std::uintptr_t thread_data(ThreadKey key);
void set_thread_data(ThreadKey key, std::uintptr_t word);

// Memory that ends with the world at the latest. `allocate` gives zeroed memory aligned for any type, or
// nullptr; `deallocate` takes nullptr too.
void* allocate(std::size_t size);
void deallocate(void* memory);

// One word for the whole world, 0 when it begins: impl/cf hangs its globals on it, so that a fresh world has
// a fresh CoreFoundation.
std::uintptr_t world_data();
void set_world_data(std::uintptr_t word);

// A log line: level as in ASL (3 error, 4 warning, 6 info, 7 debug). The text is for people.
void log(int level, const char* text);

// Ends the program as a failed assertion of the system's own would.
[[noreturn]] void trap();

}  // namespace portunus::seam
