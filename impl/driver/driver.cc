#include "impl/driver/driver.h"

#include <algorithm>
#include <new>

#include "impl/driver/calls_cf.h"
#include "impl/driver/log_kind.h"
#include "impl/driver/play.h"
#include "impl/driver/run.h"
#include "impl/driver/teardown.h"

namespace portunus::driver {
namespace {

// The last run stays where it is until the next one begins: a thread of a system that hangs may come back to
// it late, and finds that it is over.
alignas(Run) std::byte run_storage[sizeof(Run)];
Run* last_run = nullptr;

Run& new_run(const Script& script, Host& host, const Capabilities& capabilities) {
  if (last_run != nullptr) last_run->~Run();
  last_run = new (run_storage) Run(script, host, capabilities);
  return *last_run;
}

// The end of a run that came to its end by itself. A mark on memory that was given back is told as a crash:
// the system under test is broken in a way that no label has room for.
void close_observer(Run& run) {
  if (!run.observer.close()) run.emit(crash_label(run.script.main, CrashKind::garbage));
}

}  // namespace

bool calls_core_foundation(const Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [](const Step& step) {
    return step.kind == StepKind::call && step.function <= last_cf_function;
  });
}

void run(const Script& script, Host& host, const Capabilities& capabilities) {
  if (script.main >= limits::threads) return;
  Run& run = new_run(script, host, capabilities);
  Run::set_current(&run);
  Thread& main = run.threads[script.main];
  if (run.with_cf) main.loop = CFRunLoopGetCurrent();
  main.state = Thread::State::running;
  if (run.with_cf && capabilities.observed_allocator) run.observer.open();
  play_script(run, main);
  if (!run.over()) tear_down(run, main);
  close_observer(run);
  Run::set_current(nullptr);
}

void log_line(int level, const char* text) {
  Run* run = Run::current();
  if (run == nullptr) return;
  // What the system logs on a thread of its own comes at no point of the script, and is not its to see.
  const ThreadId thread = run->host.current_thread();
  if (thread >= limits::threads) return;
  run->emit(log_label(thread, log_level(level), classify_log(text)));
}

}  // namespace portunus::driver
