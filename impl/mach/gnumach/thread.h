// The task's threads. Each has a slot of address space: the upper half is its stack, the lower one is left
// unmapped, so that an overflow is a fault; its Thread stands at the top. So the calling thread is found
// from its stack pointer alone, and so is the thread of a fault, by whoever watches the task.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/mach/seam.h"

namespace portunus::gnumach {

inline constexpr std::uintptr_t stack_size = PORTUNUS_STACK_SIZE;
inline constexpr std::uintptr_t slot_size = 2 * stack_size;
inline constexpr std::uintptr_t slots_begin = 0x40000000;
inline constexpr int threads_max = 24;

struct Thread {
  Name port = null_name;        // the kernel's, for the thread
  Name reply_port = null_name;  // for remote procedure calls
  int number = 0;               // what current_thread_number() gives
  std::array<std::uintptr_t, seam::thread_keys> data = {};
  std::uint32_t random = 0;  // where the schedule's next choice comes from

  // Since when this thread has seen nothing happen in the task (clock.h).
  std::uint32_t seen_activity = 0;
  std::uint32_t idle_ticks = 0;

  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
};

inline constexpr int main_number = 0;
// A thread that the system began for itself has this number.
inline constexpr int background_number = -1;

Thread& current_thread();

// The slot that a stack pointer lies in; -1 if in none.
int slot_of(std::uintptr_t stack_pointer);
// The top of a slot's stack, below its Thread; what a new thread's stack pointer begins with.
std::uintptr_t stack_top(int slot);
Thread& thread_in(int slot);

// Puts what a thread is to begin with on the slot's empty stack, which the calling task sees.
void stack_entry(int slot, void (*entry)(void*), void* argument);
// Lets a thread that has not run yet, of any task, begin with what is on that slot's stack.
Code aim_thread(Name thread, int slot);

// Whether the thread waits in the kernel, or has ended.
bool is_blocked(Name thread);

// Maps the stack of the main thread, slot 0, in the calling task, so that tasks made from it have it.
void map_main_stack();
// To be called by the main thread of a new task before anything else.
void begin_task();

// Starts a thread of this task. When `entry` returns, the seam's at_exit callbacks run on it, and it ends.
// False if there is none to be had.
bool start_thread(int number, void (*entry)(void*), void* argument);

// The task's own port. Every call of the trap would cost a user reference.
Name task_self();

// Whether every thread but the caller's is blocked in the kernel, at one moment at least.
bool others_blocked();

// What may be changed by a schedule: another thread may go first here. Called at each entry of the kernel.
void schedule_point();
// 0: none. Any other: threads give way at random at schedule points, drawn from the seed.
void set_schedule(std::uint32_t seed);

}  // namespace portunus::gnumach
