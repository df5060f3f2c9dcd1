#include "impl/mach/gnumach/clock.h"

#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {

constinit TaskStatus task_status;

namespace {

constexpr Time no_deadline = 0;

std::atomic<Time> clock{1};  // a deadline is never 0, then
std::atomic<Time> deadlines[threads_max];

void sleep_one_tick() {
  kernel_thread_switch(null_name, wait_option, tick_milliseconds);
}

// Whether nothing has happened in the task for some ticks, and all other threads are blocked. A thread that
// polls has looked in each tick whether what it waits for has come, so two ticks tell that it has not.
bool is_idle() {
  constexpr std::uint32_t ticks = 2;
  Thread& me = current_thread();
  const std::uint32_t activity = task_status.activity.load();
  if (me.seen_activity != activity) {
    me.seen_activity = activity;
    me.idle_ticks = 0;
    return false;
  }
  if (++me.idle_ticks <= ticks) return false;
  return others_blocked();
}

void begin_watching() {
  Thread& me = current_thread();
  me.seen_activity = task_status.activity.load();
  me.idle_ticks = 0;
}

// To the earliest deadline, whoever waits for it.
void jump() {
  Time earliest = no_deadline;
  for (const auto& place : deadlines) {
    const Time deadline = place.load();
    if (deadline != no_deadline && (earliest == no_deadline || deadline < earliest)) earliest = deadline;
  }
  if (earliest != no_deadline && earliest > clock.load()) clock.store(earliest);
}

}  // namespace

Time now() {
  return clock.load();
}

TimedWait::TimedWait(Time deadline)
    : place_(deadlines[slot_of(reinterpret_cast<std::uintptr_t>(&current_thread()))]), deadline_(deadline) {
  place_.store(deadline);
  task_status.timed_waits.fetch_add(1);
  begin_watching();
}

TimedWait::~TimedWait() {
  place_.store(no_deadline);
  task_status.timed_waits.fetch_sub(1);
}

bool TimedWait::passed() {
  if (clock.load() >= deadline_) return true;
  if (task_status.settling.load() == 0 && is_idle()) jump();
  return clock.load() >= deadline_;
}

void note_activity() {
  task_status.activity.fetch_add(1);
}

// A thread that settles goes on by itself, soon.
bool wait_for_others() {
  task_status.polls.fetch_add(1);
  const bool others_go_on = task_status.settling.load() != 0 || task_status.timed_waits.load() != 0;
  const bool nothing = is_idle() && !others_go_on;
  if (!nothing) sleep_one_tick();
  task_status.polls.fetch_sub(1);
  return !nothing;
}

bool settle() {
  constexpr int ticks_max = 2000;
  task_status.polls.fetch_add(1);
  task_status.settling.fetch_add(1);
  begin_watching();
  bool idle = false;
  for (int tick = 0; tick < ticks_max && !idle; ++tick) {
    sleep_one_tick();
    idle = is_idle();
  }
  task_status.settling.fetch_sub(1);
  task_status.polls.fetch_sub(1);
  return idle;
}

}  // namespace portunus::gnumach
