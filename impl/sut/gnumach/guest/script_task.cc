#include "impl/sut/gnumach/guest/script_task.h"

#include "impl/cf/portunus_cf.h"
#include "impl/driver/driver.h"
#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/log.h"
#include "impl/mach/gnumach/thread.h"
#include "impl/sut/gnumach/guest/story.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus::guest {
namespace {

constexpr ThreadId no_thread = 0xff;

// A task numbers its main thread 0, a script any of its threads may be.
class TaskHost final : public driver::Host {
 public:
  TaskHost(const Script& script, const cf::Edition& edition) : script_(script), edition_(edition) {}

  void run() {
    gnumach::set_log({.function = log, .context = this});
    cf::begin_world(edition_);
    driving_ = true;
    driver::run(script_, *this, driver::Capabilities{});
    driving_ = false;
  }

  bool observe(const Label& label) override {
    gnumach::note_activity();
    gnumach::schedule_point();
    return story.take(label);
  }

  bool start_thread(ThreadId thread, void (*entry)(void*), void* argument) override {
    gnumach::note_activity();
    return gnumach::start_thread(thread + 1, entry, argument);
  }
  bool wait_for_others() override { return gnumach::wait_for_others(); }
  bool settle() override { return gnumach::settle(); }

  ThreadId current_thread() override {
    const int number = gnumach::current_thread().number;
    return number == gnumach::background_number ? no_thread : told_thread(number, script_.main);
  }

 private:
  static void log(void* context, int level, const char* text) {
    if (static_cast<TaskHost*>(context)->driving_) driver::log_line(level, text);
  }

  const Script& script_;
  const cf::Edition& edition_;
  bool driving_ = false;  // outside of it the driver has no run that a log line could belong to
};

}  // namespace

ThreadId told_thread(int number, ThreadId main) {
  return number < 1 || number > limits::threads ? main : static_cast<ThreadId>(number - 1);
}

void script_main(void* argument) {
  const auto* const job = static_cast<const Job*>(argument);
  gnumach::set_schedule(job->schedule);
  gnumach::begin_task();
  const Parsed<Script> script = parse_script(job->script);
  if (script.value) {
    TaskHost(*script.value, *job->edition).run();
    story.finish();
  }
  for (;;) gnumach::kernel_task_terminate(gnumach::task_self());
}

}  // namespace portunus::guest
