#include "impl/mach/gnumach/thread.h"

#include <new>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/names.h"
#include "impl/mach/gnumach/thread_end.h"

extern "C" void portunus_thread_entry();

namespace portunus::gnumach {
namespace {

enum SlotState : std::uint8_t { free_slot, live_slot, ended_slot };

// Slots are not used again: a stack stays mapped as long as its thread may still run on it, and a task has
// few threads in its life.
std::atomic<std::uint8_t> slots[threads_max];
Name own_task = null_name;
std::uint32_t schedule_seed = 0;

std::uintptr_t slot_begin(int slot) {
  return slots_begin + static_cast<std::uintptr_t>(slot) * slot_size;
}

int take_slot() {
  for (int slot = 0; slot < threads_max; ++slot) {
    std::uint8_t expected = free_slot;
    if (slots[slot].compare_exchange_strong(expected, live_slot)) return slot;
  }
  return -1;
}

bool map_stack(int slot) {
  std::uintptr_t address = slot_begin(slot) + stack_size;
  return kernel_vm_allocate(task_self(), &address, stack_size, 0) == 0;
}

Thread& new_thread(int slot, int number) {
  auto* thread = new (&thread_in(slot)) Thread;
  thread->number = number;
  task_status.numbers[slot].store(number);
  thread->random =
      schedule_seed == 0 ? 0 : schedule_seed * 2654435761u + static_cast<std::uint32_t>(slot) + 1;
  return *thread;
}

void run_thread(void* argument) {
  auto* const thread = static_cast<Thread*>(argument);
  thread->entry(thread->argument);
  run_at_exit(*thread);
  task_status.activity.fetch_add(1);
  slots[slot_of(reinterpret_cast<std::uintptr_t>(thread) - 1)].store(ended_slot);
  for (;;) kernel_thread_terminate(thread->port);
}

}  // namespace

Thread& current_thread() {
  std::uintptr_t stack_pointer;
  asm volatile("movl %%esp, %0" : "=r"(stack_pointer));
  const std::uintptr_t begin = stack_pointer & ~(slot_size - 1);
  return *reinterpret_cast<Thread*>(begin + slot_size - sizeof(Thread));
}

int slot_of(std::uintptr_t stack_pointer) {
  if (stack_pointer < slots_begin) return -1;
  const std::uintptr_t slot = (stack_pointer - slots_begin) / slot_size;
  return slot < threads_max ? static_cast<int>(slot) : -1;
}

Thread& thread_in(int slot) {
  return *reinterpret_cast<Thread*>(slot_begin(slot) + slot_size - sizeof(Thread));
}

std::uintptr_t stack_top(int slot) {
  return (slot_begin(slot) + slot_size - sizeof(Thread) - 64) & ~std::uintptr_t{15};
}

void stack_entry(int slot, void (*entry)(void*), void* argument) {
  auto* const top = reinterpret_cast<std::uintptr_t*>(stack_top(slot));
  top[0] = reinterpret_cast<std::uintptr_t>(entry);
  top[1] = reinterpret_cast<std::uintptr_t>(argument);
}

Code aim_thread(Name thread, int slot) {
  Registers registers = {};
  std::uint32_t words = registers_words;
  auto* const state = reinterpret_cast<std::uint32_t*>(&registers);
  if (const Code code = kernel_thread_get_state(thread, registers_flavor, state, &words); code != 0)
    return code;
  registers.eip = reinterpret_cast<std::uintptr_t>(&portunus_thread_entry);
  registers.uesp = stack_top(slot);
  return kernel_thread_set_state(thread, registers_flavor, state, words);
}

bool is_blocked(Name thread) {
  ThreadInfo info = {};
  std::uint32_t words = basic_info_words;
  const Code code = kernel_thread_info(thread, basic_info, reinterpret_cast<std::int32_t*>(&info), &words);
  return code != 0 || info.run_state == waiting_state;
}

void map_main_stack() {
  if (!map_stack(0)) seam::trap();
}

void begin_task() {
  own_task = null_name;
  slots[0].store(live_slot);
  Thread& thread = new_thread(0, main_number);
  thread.port = kernel_thread_self();
  thread.reply_port = kernel_reply_port();  // while no name has been freed yet
}

bool start_thread(int number, void (*entry)(void*), void* argument) {
  const int slot = take_slot();
  if (slot < 0 || !map_stack(slot)) return false;
  Thread& thread = new_thread(slot, number);
  thread.entry = entry;
  thread.argument = argument;
  thread.reply_port = fresh_name();
  if (kernel_mach_port_allocate_name(task_self(), receive_right, thread.reply_port) != 0) return false;
  if (kernel_thread_create(task_self(), &thread.port) != 0) return false;
  thread.port = with_fresh_name(thread.port);
  stack_entry(slot, run_thread, &thread);
  return aim_thread(thread.port, slot) == 0 && kernel_thread_resume(thread.port) == 0;
}

Name task_self() {
  if (own_task == null_name) own_task = kernel_task_self();
  return own_task;
}

bool others_blocked() {
  const std::uint32_t activity = task_status.activity.load();
  const Thread& me = current_thread();
  for (int slot = 0; slot < threads_max; ++slot) {
    if (slots[slot].load() != live_slot) continue;
    const Thread& other = thread_in(slot);
    if (&other != &me && !is_blocked(other.port)) return false;
  }
  return task_status.activity.load() == activity;
}

void schedule_point() {
  if (schedule_seed == 0) return;
  Thread& me = current_thread();
  me.random ^= me.random << 13;
  me.random ^= me.random >> 17;
  me.random ^= me.random << 5;
  constexpr std::uint32_t one_in = 4;
  if (me.random % one_in == 0) kernel_switch(0);
}

void set_schedule(std::uint32_t seed) {
  schedule_seed = seed;
}

}  // namespace portunus::gnumach
