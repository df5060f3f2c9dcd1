// A world: one fresh Mach kernel with a task, its threads and its clock, inside this process. Everything that
// a script touches lives and ends with it. More tasks can be made; all share the process's memory.
//
// The Mach calls of <mach/…> and the seam act on the current world: the one that this OS thread has made and
// not yet destroyed. They may be called by the world's own threads only, that is, inside run().
//
// Threads are cooperative fibres on one OS thread. Time is virtual: it stands still while a thread can run,
// and jumps to the earliest deadline when all are blocked. So a world's behaviour is a function of what runs
// in it and of its schedule seed. A free-running world is the opposite: each thread is an OS thread, and time
// is real.
#pragma once

#include <mach/port.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace portunus::hosted {

using ThreadEntry = void (*)(void* argument);

// Where seam::log goes; called on the thread that logs, outside the kernel. No function: nowhere.
struct LogSink {
  void (*function)(void* context, int level, const char* text) = nullptr;
  void* context = nullptr;
};

struct WorldOptions {
  // 0: a thread runs until it blocks, and threads take turns in the order in which they became ready. Any
  // other: at each kernel entry, and when one blocks, a choice drawn from the seed says who runs next.
  std::uint64_t schedule = 0;
  LogSink log = {};
  // After how many turns of its slot a freed name comes back as it was, 1 to 63 (facts mach-xnu 5: 15 to 63).
  unsigned name_turns = 15;
  // Threads of the operating system, in real time; `schedule` and `settle_switches` mean nothing then. At the
  // end of run() every thread must come to a call, or be in one, and stops there.
  bool free_running = false;
  // How many threads may exist at once, the main one included.
  unsigned threads_max = 64;
  // How many switches of threads settle() waits before it gives up.
  std::uint64_t settle_switches = 100'000;
};

// What is alive in a world. A script that has cleaned up after itself is back at what it began with.
struct Accounting {
  std::size_t ports = 0;  // that somebody holds a right or a name to, dead ones included
  std::size_t port_sets = 0;
  std::size_t names = 0;     // in the tasks' spaces, those for their own task ports included
  std::size_t rights = 0;    // send and send-once rights, held by names, messages and requests
  std::size_t messages = 0;  // queued, or held by a blocked sender
  std::size_t semaphores = 0;
  std::size_t timers = 0;
  std::size_t tasks = 0;        // not terminated
  std::size_t threads = 0;      // not ended yet
  std::size_t allocations = 0;  // blocks of seam::allocate
  std::size_t bytes = 0;        // what was asked for in them
  std::size_t memory = 0;       // bytes of the tasks' pages: vm_allocate, and what calls and messages gave

  friend bool operator==(const Accounting&, const Accounting&) = default;
};

enum class Outcome : std::uint8_t {
  returned,    // the main function came back
  deadlocked,  // every thread is blocked, and no deadline will wake one
  terminated,  // the main thread was terminated, or its task
};

class World {
 public:
  static constexpr int background = -1;  // the number of a thread that seam::start_background_thread began

  // Makes the world current. Requires that this OS thread has no current world.
  explicit World(const WorldOptions& options = {});
  // Frees everything. Threads that have not ended are dropped where they stand: their stacks are not unwound,
  // so what only they own on the process's heap is lost (seam::allocate is not).
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The current world of this OS thread, or nullptr.
  static World* current();

  // Runs `entry(argument)` as the main thread, number 0, and the other threads with it, until it returns or
  // nothing can happen any more. To be called once. Main's return ends the program: the others stop where
  // they are, and no at_exit callback runs for main. An exception must not leave `entry`.
  Outcome run(ThreadEntry entry, void* argument);

  // The rest is for the world's threads, that is, inside run().

  // Starts a thread that current_thread() calls `number` (0 is main's). When `entry` returns, the seam's
  // at_exit callbacks run on it, and it ends. It belongs to the task that `task`, a right of the caller's,
  // stands for; MACH_PORT_NULL is the caller's own. False when there are threads_max already, or no such
  // task.
  bool start_thread(int number, ThreadEntry entry, void* argument, mach_port_name_t task = MACH_PORT_NULL);
  // A task with no threads, no memory and no names but for itself. Gives the caller a send right to its port,
  // with which names can be put into it, threads started in it, and its end brought about.
  mach_port_name_t create_task();
  // The number of the calling thread, or `background`.
  int current_thread() const;

  // Lets the other threads run until each is blocked, without the clock advancing. False when that did not
  // come about within settle_switches. Several threads that settle see each other as blocked.
  bool settle();
  // Lets the others run once, and time pass if they all are blocked. False when no other thread can run and
  // no deadline is pending. A thread that is in here counts as blocked for the others. Threads that poll for
  // one another take turns for as long as one of them does more: a Mach or seam call, or current_thread().
  bool wait_for_others();

  // Nanoseconds since the clock's beginning, as mach_absolute_time gives them.
  std::uint64_t now() const;

  // For any time between construction and destruction.
  Accounting accounting() const;

  struct State;  // the inside: world_state.h
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace portunus::hosted
