#include "impl/sut/hosted.h"

#include "impl/cf/portunus_cf.h"
#include "impl/mach/hosted/world.h"
#include "impl/sut/trace_head.h"

namespace portunus {
namespace {

// A world numbers its main thread 0, a script any of its threads may be.
class HostedRun final : public driver::Host {
 public:
  HostedRun(const Script& script, const HostedOptions& options, EventSink& sink)
      : script_(script),
        options_(options),
        sink_(sink),
        world_({.schedule = options.schedule, .log = {.function = log, .context = this}}) {}

  void run() {
    current_ = this;
    const hosted::Outcome outcome = world_.run(main, this);
    current_ = nullptr;
    if (outcome == hosted::Outcome::deadlocked) sink_.take(plain_label(script_.main, LabelKind::hang));
  }

  bool observe(const Label& label) override {
    const bool more = sink_.take(label);
    cut_short_ = cut_short_ || !more || ends_trace(label);
    return more;
  }

  bool start_thread(ThreadId thread, void (*entry)(void*), void* argument) override {
    return world_.start_thread(thread + 1, entry, argument);
  }
  bool wait_for_others() override { return world_.wait_for_others(); }
  bool settle() override { return world_.settle(); }

  ThreadId current_thread() override {
    const int number = world_.current_thread();
    if (number == hosted::World::background) return no_thread;
    return number == 0 ? script_.main : static_cast<ThreadId>(number - 1);
  }

  static ThreadId told_thread() {
    if (current_ == nullptr) return 0;
    const ThreadId thread = current_->current_thread();
    return thread == no_thread ? current_->script_.main : thread;
  }

 private:
  static constexpr ThreadId no_thread = 0xff;

  static void main(void* argument) {
    auto& self = *static_cast<HostedRun*>(argument);
    cf::begin_world(*self.options_.edition);
    const hosted::Accounting before = self.world_.accounting();
    self.driving_ = true;
    driver::run(self.script_, self, hosted_capabilities);
    self.driving_ = false;
    if (!self.cut_short_ && !driver::calls_core_foundation(self.script_)) self.check_leak(before);
    // A thread that is stuck in CoreFoundation still uses it; then it goes with the world's memory.
    if (!self.cut_short_) cf::end_world();
  }

  // A script without CoreFoundation has given back all that it had. What the kernel holds more than before,
  // it has lost count of: no label has room for that, so it is told as a crash. (Dead names are no rights; a
  // script may leave some that it was not told of, facts mach-xnu 5.)
  void check_leak(const hosted::Accounting& before) {
    const hosted::Accounting after = world_.accounting();
    const bool same = after.ports == before.ports && after.port_sets == before.port_sets &&
                      after.rights == before.rights && after.messages == before.messages &&
                      after.memory == before.memory;
    if (!same) observe(crash_label(script_.main, CrashKind::leak));
  }

  static void log(void* context, int level, const char* text) {
    if (static_cast<HostedRun*>(context)->driving_) driver::log_line(level, text);
  }

  static inline HostedRun* current_ = nullptr;

  const Script& script_;
  const HostedOptions& options_;
  EventSink& sink_;
  hosted::World world_;
  bool cut_short_ = false;
  bool driving_ = false;  // outside of it the driver has no run that a log line could belong to
};

}  // namespace

void run_hosted(const Script& script, const HostedOptions& options, EventSink& sink) {
  fault::seed(options.fault);
  HostedRun(script, options, sink).run();
}

ThreadId hosted_thread() {
  return HostedRun::told_thread();
}

}  // namespace portunus
