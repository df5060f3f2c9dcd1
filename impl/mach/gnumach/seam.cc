// The seam on a GNU Mach task. A task is one world: its memory begins zeroed, and ends with it.
#include "impl/mach/seam.h"

#include <atomic>

#include "impl/mach/at_exit.h"
#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/log.h"
#include "impl/mach/gnumach/memory.h"
#include "impl/mach/gnumach/mutex.h"
#include "impl/mach/gnumach/thread.h"
#include "impl/mach/gnumach/thread_end.h"

namespace portunus::seam {
namespace {

using gnumach::current_thread;

std::uintptr_t seam_word = 0;
AtExitCallbacks at_exit_callbacks = {};

// A Mutex's owner is the address of the Thread that holds it.
std::uintptr_t identity() {
  return reinterpret_cast<std::uintptr_t>(&current_thread());
}

std::size_t index_of(ThreadKey key) {
  return static_cast<std::size_t>(key);
}

enum OnceState : std::uint32_t { fresh, running, done };

}  // namespace

void Mutex::lock() {
  gnumach::schedule_point();
  const std::uintptr_t me = identity();
  if (std::atomic_ref(owner_).load(std::memory_order_relaxed) == me) trap();
  gnumach::lock_word(word_);
  std::atomic_ref(owner_).store(me, std::memory_order_relaxed);
}

void Mutex::unlock() {
  gnumach::note_activity();
  if (!held()) trap();
  std::atomic_ref(owner_).store(0, std::memory_order_relaxed);
  gnumach::unlock_word(word_);
  gnumach::schedule_point();
}

bool Mutex::held() const {
  return std::atomic_ref(const_cast<std::uintptr_t&>(owner_)).load(std::memory_order_relaxed) == identity();
}

void once(Once& once, void (*function)(void*), void* argument) {
  const std::atomic_ref state(once.state);
  std::uint32_t expected = fresh;
  if (state.compare_exchange_strong(expected, running)) {
    function(argument);
    state.store(done);
    gnumach::note_activity();
    gnumach::wake_word(once.state, true);
    return;
  }
  while (state.load() != done) gnumach::wait_on_word(once.state, running);
}

bool start_background_thread(void (*entry)(void*), void* argument) {
  gnumach::note_activity();
  return gnumach::start_thread(gnumach::background_number, entry, argument);
}

bool is_main_thread() {
  return current_thread().number == gnumach::main_number;
}

void set_at_exit(ThreadKey key, void (*at_exit)(std::uintptr_t)) {
  at_exit_callbacks[index_of(key)] = at_exit;
}

std::uintptr_t thread_data(ThreadKey key) {
  return current_thread().data[index_of(key)];
}

void set_thread_data(ThreadKey key, std::uintptr_t word) {
  current_thread().data[index_of(key)] = word;
}

void* allocate(std::size_t size) {
  return gnumach::allocate_memory(size);
}

void deallocate(void* memory) {
  gnumach::free_memory(memory);
}

std::uintptr_t world_data() {
  return seam_word;
}

void set_world_data(std::uintptr_t word) {
  seam_word = word;
}

void log(int level, const char* text) {
  gnumach::write_log(level, text);
}

void trap() {
  __builtin_trap();
}

}  // namespace portunus::seam

namespace portunus::gnumach {

void run_at_exit(Thread& thread) {
  seam::run_at_exit(thread.data, seam::at_exit_callbacks);
}

}  // namespace portunus::gnumach
