#include "impl/mach/hosted/world.h"

#include "impl/mach/hosted/control.h"
#include "impl/mach/hosted/fiber_scheduler.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/thread_end.h"
#include "impl/mach/hosted/thread_scheduler.h"
#include "impl/mach/hosted/transfer.h"
#include "impl/mach/hosted/world_state.h"

namespace portunus::hosted {
namespace {

thread_local World* current_world = nullptr;

void note_begin(void* world, Thread&) {
  current_world = static_cast<World*>(world);
}

void note_return(void*, Thread& thread) {
  run_at_exit(thread);
}

void note_end(void* world, Thread& thread) {
  thread_ended(static_cast<World*>(world)->state().kernel, thread);
}

std::unique_ptr<Scheduler> make_scheduler(World& world, const WorldOptions& options) {
  const ThreadHooks hooks = {
      .begins = note_begin, .returned = note_return, .ended = note_end, .context = &world};
  if (options.free_running) {
    return std::make_unique<ThreadScheduler>(
        ThreadScheduler::Options{.threads_max = options.threads_max, .hooks = hooks});
  }
  return std::make_unique<FiberScheduler>(FiberScheduler::Options{.schedule = options.schedule,
                                                                  .threads_max = options.threads_max,
                                                                  .settle_switches = options.settle_switches,
                                                                  .hooks = hooks});
}

}  // namespace

World::State::State(World& world, const WorldOptions& options)
    : log(options.log),
      owned_scheduler(make_scheduler(world, options)),
      scheduler(*owned_scheduler),
      kernel(scheduler, options.name_turns) {}

World::World(const WorldOptions& options) : state_(std::make_unique<State>(*this, options)) {
  require(current_world == nullptr, "a second world on one OS thread");
  require(options.name_turns >= 1 && options.name_turns <= 63, "name_turns out of range");
  current_world = this;
}

World::~World() {
  current_world = nullptr;
}

World* World::current() {
  return current_world;
}

World::State& current_state() {
  require(current_world != nullptr, "a Mach call without a world");
  return current_world->state();
}

Outcome World::run(ThreadEntry entry, void* argument) {
  return state_->scheduler.run(state_->kernel.first_task(), entry, argument);
}

bool World::start_thread(int number, ThreadEntry entry, void* argument, mach_port_name_t task) {
  const KernelEntry monitor(state_->scheduler);
  Task& own = state_->kernel.current_task();
  Task* const its = task == MACH_PORT_NULL ? &own : find_task(own.space, task);
  if (its == nullptr) return false;
  return state_->scheduler.start(*its, number, entry, argument, its->suspensions != 0) != nullptr;
}

mach_port_name_t World::create_task() {
  const KernelEntry monitor(state_->scheduler);
  Task& own = state_->kernel.current_task();
  Task& made = state_->kernel.make_task();
  if (own.bootstrap.exists() && own.bootstrap.port->active) made.bootstrap = copy_send(*own.bootstrap.port);
  return copyout(state_->kernel, own.space, make_send(*made.port));
}

int World::current_thread() const {
  return state_->scheduler.current().number;
}

bool World::settle() {
  return state_->scheduler.settle();
}

bool World::wait_for_others() {
  return state_->scheduler.wait_for_others();
}

std::uint64_t World::now() const {
  return state_->scheduler.now();
}

Accounting World::accounting() const {
  const Look look(state_->scheduler);
  const Kernel& kernel = state_->kernel;
  Accounting counts{.ports = kernel.ports().size(),
                    .port_sets = kernel.sets().size(),
                    .names = 0,
                    .rights = 0,
                    .messages = kernel.messages().size(),
                    .semaphores = kernel.semaphores().size(),
                    .timers = kernel.timers().size(),
                    .threads = state_->scheduler.live_threads(),
                    .allocations = state_->memory.blocks(),
                    .bytes = state_->memory.bytes()};
  for (const Task* task : kernel.tasks()) {
    counts.tasks += task->alive ? 1 : 0;
    counts.names += task->space.size();
    counts.memory += task->regions.bytes();
  }
  for (const Port* port : kernel.ports()) counts.rights += port->send_rights + port->send_once_rights;
  return counts;
}

}  // namespace portunus::hosted
