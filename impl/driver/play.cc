#include "impl/driver/play.h"

#include <algorithm>
#include <iterator>

#include "impl/driver/invoke.h"

namespace portunus::driver {
namespace {

using State = Thread::State;

void play_steps(Thread& thread, std::uint32_t begin, std::uint32_t end);

// Runs the steps [begin, end) as a block of their own, inside the scope `parent`.
void play_block(Thread& thread, std::uint32_t begin, std::uint32_t end, Scope* parent) {
  Scope* outer = thread.scope;
  thread.scope = thread.run->scopes.open(parent);
  play_steps(thread, begin, end);
  thread.scope->close();
  thread.scope = outer;
}

void play_body(Thread& thread, std::uint32_t step, Scope* parent) {
  play_block(thread, step + 1, step + 1 + thread.run->script.steps[step].size, parent);
}

bool is_over(const Thread& thread) {
  const State state = thread.state.load();
  return state == State::ended || state == State::refused || state == State::unused;
}

// ---- Threads --------------------------------------------------------------------------------------------

// What a started thread runs, from its first moment to its last.
void thread_main(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  Run& run = *thread.run;
  run.emit(plain_label(thread.id, LabelKind::start));
  if (run.with_cf) thread.loop = CFRunLoopGetCurrent();
  thread.state = State::running;
  if (run.wait(thread.id, [&] { return thread.may_go.load(); }))
    play_body(thread, thread.block, thread.starter);
  thread.state = State::leaving;
  run.wait(thread.id, [&] { return thread.loop_users.load() == 0; });
  run.emit(plain_label(thread.id, LabelKind::finish));
  thread.state = State::ended;
}

// Starts the thread of the step `block`, and waits until it is there; it goes on when it may. A thread runs
// once: for one that has been asked for already this does nothing.
void start(Thread& thread, std::uint32_t block, bool may_go) {
  Run& run = *thread.run;
  const ThreadId id = run.script.steps[block].thread;
  if (id >= limits::threads) return;
  Thread& started = run.threads[id];
  State unused = State::unused;
  if (!started.state.compare_exchange_strong(unused, State::started)) return;
  started.block = block;
  started.starter = thread.scope;
  started.may_go = may_go;
  if (!run.capabilities.threads || !run.host.start_thread(id, thread_main, &started)) {
    started.state = State::refused;
    return;
  }
  run.wait(thread.id, [&] { return started.state.load() != State::started; });
}

void join(Thread& thread, ThreadId id) {
  if (id >= limits::threads || id == thread.id) return;
  const Thread& other = thread.run->threads[id];
  thread.run->wait(thread.id, [&] { return is_over(other); });
}

// All branches begin together: the other threads wait until each of them is there.
void play_parallel(Thread& thread, std::uint32_t section) {
  Run& run = *thread.run;
  const std::uint32_t end = section + 1 + run.script.steps[section].size;
  const auto for_each_branch = [&](auto act) {
    for (std::uint32_t at = section + 1; at < end; at += 1 + run.script.steps[at].size) act(at);
  };
  for_each_branch([&](std::uint32_t at) { start(thread, at, false); });
  for_each_branch([&](std::uint32_t at) {
    if (const ThreadId id = run.script.steps[at].thread; id < limits::threads) run.threads[id].may_go = true;
  });
  for_each_branch([&](std::uint32_t at) {
    if (run.script.steps[at].thread == thread.id) play_body(thread, at, thread.scope);
  });
  for_each_branch([&](std::uint32_t at) { join(thread, run.script.steps[at].thread); });
}

// ---- Callbacks ------------------------------------------------------------------------------------------

// The value that a step's subject stands for; type none where a handle is not bound.
Value subject_value(const Run& run, Value subject) {
  if (subject.type != Type::port || subject.number < 0) return subject;
  if (subject.number >= limits::ports) return {};
  return run.handles.resolve(subject).value_or(Value{});
}

bool names_callback(const Run& run, const Step& step, Callback callback, Value subject) {
  return step.callback == callback &&
         (step.subject.type == Type::none || subject_value(run, step.subject) == subject);
}

bool is_inside(const Run& run, const Thread& thread, const Step& step) {
  const std::uint32_t wanted = pack_callback(step.callback, subject_value(run, step.subject));
  for (const auto& entry : thread.callbacks) {
    const std::uint32_t inside = entry.load();
    if (inside == 0) return false;
    if (inside == wanted) return true;
    if (step.subject.type == Type::none && inside >> 16 == wanted >> 16) return true;
  }
  return false;
}

void await(Thread& thread, const Step& step) {
  if (step.thread >= limits::threads) return;
  Run& run = *thread.run;
  const Thread& other = run.threads[step.thread];
  run.await([&] {
    const State state = other.state.load();
    return state == State::ended || state == State::refused || is_inside(run, other, step);
  });
}

// ---- Steps ----------------------------------------------------------------------------------------------

void play_step(Thread& thread, std::uint32_t at) {
  const Step& step = thread.run->script.steps[at];
  switch (step.kind) {
    case StepKind::call:
      return invoke_step(thread, step);
    case StepKind::on:
      return thread.scope->add(at);
    case StepKind::start:
      return start(thread, at, true);
    case StepKind::join:
      return join(thread, step.thread);
    case StepKind::await:
      return await(thread, step);
    case StepKind::parallel:
      return play_parallel(thread, at);
    case StepKind::branch:  // played by its section
      return;
    case StepKind::settle:
      return thread.run->settle(thread.id);
  }
}

void play_steps(Thread& thread, std::uint32_t begin, std::uint32_t end) {
  const Run& run = *thread.run;
  for (std::uint32_t at = begin; at < end && !run.over(); at += 1 + run.script.steps[at].size)
    play_step(thread, at);
}

}  // namespace

Value integer_value(std::int64_t number) {
  const bool fits = number > Value::any && number <= INT32_MAX;
  return make_value(Type::integer, fits ? static_cast<std::int32_t>(number) : Value::other);
}

void play_script(Run& run, Thread& main) {
  // The outermost block lasts until all threads have ended, so that its `on` blocks serve them to the end.
  main.scope = run.scopes.open(nullptr);
  play_steps(main, 0, static_cast<std::uint32_t>(run.script.steps.size()));
  for (const Thread& other : run.threads) join(main, other.id);
  main.scope->close();
  // Where the run was cut short the others are let go home; one that is stuck stays.
  const auto busy = [&](const Thread& other) { return other.id != main.id && !is_over(other); };
  while (std::any_of(std::begin(run.threads), std::end(run.threads), busy) && run.host.wait_for_others()) {
  }
}

void play_callback(Run& run, Callback callback, std::initializer_list<Value> arguments,
                   std::span<const Value> results) {
  Thread* thread = run.thread_here();
  run.emit(enter_label(run.teller(), callback, {arguments.begin(), arguments.size()}));
  if (thread != nullptr && thread->depth < limits::frames) {
    const Value subject = arguments.begin()[info(callback).subject_argument];
    std::size_t place = 0;
    while (thread->callbacks[place].load() != 0) ++place;
    thread->callbacks[place] = pack_callback(callback, subject);
    ++thread->depth;
    const std::uint32_t body =
        thread->scope == nullptr
            ? Scope::none
            : thread->scope->find(
                  [&](std::uint32_t step) {
                    return names_callback(run, run.script.steps[step], callback, subject);
                  },
                  [&](std::uint32_t step, std::uint32_t occurrence) {
                    const std::uint16_t wanted = run.script.steps[step].occurrence;
                    return wanted == 0 || wanted == occurrence;
                  });
    if (body != Scope::none) play_body(*thread, body, thread->scope);
    --thread->depth;
    thread->callbacks[place] = 0;
  }
  run.emit(exit_label(run.teller(), callback, results));
}

bool inside_callback_of(const Thread& thread, Value port) {
  for (const auto& entry : thread.callbacks) {
    const std::uint32_t inside = entry.load();
    if (inside == 0) return false;
    if (inside == pack_callback(Callback::message, port)) return true;
    if (inside == pack_callback(Callback::invalidation, port)) return true;
  }
  return false;
}

}  // namespace portunus::driver
