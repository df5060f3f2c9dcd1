// The seam on a hosted world.
#include "impl/mach/seam.h"

#include "impl/mach/at_exit.h"
#include "impl/mach/hosted/thread_end.h"
#include "impl/mach/hosted/world_state.h"

namespace portunus::seam {
namespace {

using hosted::current_state;
using hosted::KernelEntry;
using hosted::Waiter;
using hosted::Wake;
using hosted::World;

// A Mutex's owner is the address of the Thread that holds it.
std::uintptr_t identity(const hosted::Thread& thread) {
  return reinterpret_cast<std::uintptr_t>(&thread);
}

// Inside the monitor. Mutex::held looks from outside, at what only its own thread makes true or false.
void set_owner(std::uintptr_t& owner, std::uintptr_t thread) {
  __atomic_store_n(&owner, thread, __ATOMIC_RELAXED);
}

std::size_t index_of(ThreadKey key) {
  return static_cast<std::size_t>(key);
}

// False if the thread is about to end instead.
bool park(World::State& state, const void* address) {
  Waiter waiter;
  waiter.interruptible = false;
  hosted::WaitQueue& queue = state.parked[address];
  if (state.scheduler.block(queue, waiter, hosted::never) == Wake::woken) return true;
  if (queue.empty()) state.parked.erase(address);
  return false;
}

// Wakes the first that waits at that address; nullptr if nobody does.
hosted::Thread* unpark(World::State& state, const void* address) {
  const auto found = state.parked.find(address);
  if (found == state.parked.end()) return nullptr;
  Waiter& waiter = *found->second.front();
  state.scheduler.wake(waiter);
  if (found->second.empty()) state.parked.erase(found);
  return waiter.thread;
}

enum OnceState : std::uint32_t { fresh, running, done };

}  // namespace

void Mutex::lock() {
  World::State& state = current_state();
  const KernelEntry entry(state.scheduler);
  const std::uintptr_t me = identity(state.scheduler.current());
  if (owner_ == me) trap();
  if (owner_ == 0) {
    set_owner(owner_, me);
    return;
  }
  ++waiters_;
  if (!park(state, this)) --waiters_;  // else unlock has given it to this thread
}

void Mutex::unlock() {
  World::State& state = current_state();
  const KernelEntry entry(state.scheduler);
  if (owner_ != identity(state.scheduler.current())) trap();
  if (waiters_ == 0) {
    set_owner(owner_, 0);
    return;
  }
  --waiters_;
  set_owner(owner_, identity(*unpark(state, this)));
}

bool Mutex::held() const {
  return __atomic_load_n(&owner_, __ATOMIC_RELAXED) == identity(current_state().scheduler.current());
}

void once(Once& once, void (*function)(void*), void* argument) {
  World::State& state = current_state();
  {
    const KernelEntry entry(state.scheduler);
    if (once.state == running) park(state, &once);
    if (once.state == done) return;
    once.state = running;
  }
  function(argument);
  const KernelEntry entry(state.scheduler);
  once.state = done;
  while (unpark(state, &once) != nullptr) {
  }
}

bool start_background_thread(void (*entry)(void*), void* argument) {
  World::State& state = current_state();
  const KernelEntry monitor(state.scheduler);
  return state.scheduler.start(state.kernel.current_task(), World::background, entry, argument, false) !=
         nullptr;
}

bool is_main_thread() {
  return current_state().scheduler.current().main;
}

void set_at_exit(ThreadKey key, void (*at_exit)(std::uintptr_t)) {
  current_state().at_exit[index_of(key)] = at_exit;
}

std::uintptr_t thread_data(ThreadKey key) {
  return current_state().scheduler.current().data[index_of(key)];
}

void set_thread_data(ThreadKey key, std::uintptr_t word) {
  current_state().scheduler.current().data[index_of(key)] = word;
}

void* allocate(std::size_t size) {
  World::State& state = current_state();
  const KernelEntry entry(state.scheduler);
  return state.memory.allocate(size);
}

void deallocate(void* memory) {
  World::State& state = current_state();
  const KernelEntry entry(state.scheduler);
  state.memory.deallocate(memory);
}

std::uintptr_t world_data() {
  return current_state().seam_word;
}

void set_world_data(std::uintptr_t word) {
  current_state().seam_word = word;
}

void log(int level, const char* text) {
  const hosted::LogSink sink = current_state().log;
  if (sink.function != nullptr) sink.function(sink.context, level, text);
}

void trap() {
  __builtin_trap();
}

}  // namespace portunus::seam

namespace portunus::hosted {

void run_at_exit(Thread& thread) {
  seam::run_at_exit(thread.data, current_state().at_exit);
}

}  // namespace portunus::hosted
