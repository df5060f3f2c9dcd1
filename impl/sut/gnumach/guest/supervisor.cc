#include "impl/sut/gnumach/guest/supervisor.h"

#include <optional>
#include <string>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/thread.h"
#include "impl/mach/seam.h"
#include "impl/sut/gnumach/guest/devices.h"
#include "impl/sut/gnumach/guest/script_task.h"
#include "impl/sut/gnumach/guest/story.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus::guest {
namespace {

using namespace gnumach;

constexpr std::uint32_t make_send = 20;
constexpr std::uint32_t make_send_once = 21;
constexpr std::int32_t dead_name_notification = 72;
constexpr std::int32_t exception_message = 2400;
constexpr Code receive_timed_out = 0x10004003;

// How often the supervisor looks at a task; for how many looks it may do nothing, and for how many nothing
// that is an event. All in the kernel's time, which emulation derives from instructions: so the same each
// time.
constexpr std::uint32_t look_milliseconds = 100;
constexpr int idle_looks_max = 100;
constexpr int eventless_looks_max = 600;

void must(Code code) {
  if (code != 0) seam::trap();
}

// What an exception's message is made of (facts gnumach 9).
struct ExceptionMessage {
  MessageHeader header;
  TypeWord thread_type;
  Name thread;
  TypeWord task_type;
  Name task;
  TypeWord exception_type;
  std::int32_t exception;
  TypeWord code_type;
  std::int32_t code;
  TypeWord subcode_type;
  std::int32_t subcode;
};

CrashKind kind_of_exception(std::int32_t exception) {
  switch (exception) {
    case 1:
      return CrashKind::segv;
    case 2:
      return CrashKind::ill;
    case 3:
      return CrashKind::fpe;
    case 6:
      return CrashKind::trap;
    default:
      return CrashKind::abort;
  }
}

// A receive right with a send right under the same name, in the supervisor's space.
Name make_port() {
  Name port = null_name;
  must(kernel_mach_port_allocate(task_self(), receive_right, &port));
  must(kernel_insert_right(task_self(), port, port, make_send));
  return port;
}

void drop_port(Name port) {
  kernel_mach_port_destroy(task_self(), port);
}

// ---- One script's task
// --------------------------------------------------------------------------------------

class ScriptTask {
 public:
  // Makes the task, which does not run yet.
  explicit ScriptTask(const Job& job) : exceptions_(make_port()), deaths_(make_port()), both_(null_name) {
    must(kernel_mach_port_allocate(task_self(), set_right, &both_));
    must(kernel_mach_port_move_member(task_self(), exceptions_, both_));
    must(kernel_mach_port_move_member(task_self(), deaths_, both_));
    // The memory that the task is made from is the supervisor's own: its main thread finds its argument
    // there.
    stack_entry(0, script_main, const_cast<Job*>(&job));
    must(kernel_task_create(task_self(), 1, &task_));
    must(kernel_task_set_special_port(task_, exception_port, exceptions_));
    Name previous = null_name;
    must(kernel_mach_port_request_notification(task_self(), task_, dead_name_notification, 0, deaths_,
                                               make_send_once, &previous));
    must(kernel_thread_create(task_, &thread_));
    must(aim_thread(thread_, 0));
  }

  ~ScriptTask() {
    kernel_task_terminate(task_);
    drop_port(both_);
    drop_port(exceptions_);
    drop_port(deaths_);
    drop_port(thread_);
    drop_port(task_);
  }

  ScriptTask(const ScriptTask&) = delete;
  ScriptTask& operator=(const ScriptTask&) = delete;

  // Lets it run to its end, or to what else ends it: then the event that says so.
  std::optional<Label> run(ThreadId main) {
    // From one tick of the clock on, so that it does not matter what went before.
    kernel_thread_switch(null_name, wait_option, tick_milliseconds);
    must(kernel_thread_resume(thread_));
    int idle_looks = 0;
    int eventless_looks = 0;
    std::uint32_t activity = 0;
    std::size_t told = 0;
    while (idle_looks < idle_looks_max && eventless_looks < eventless_looks_max) {
      ExceptionMessage message = {};
      const Code code = kernel_mach_msg(&message.header, receive_option | receive_timeout_option, 0,
                                        sizeof message, both_, look_milliseconds, null_name);
      if (code == 0) return end_of(message, main);
      if (code != receive_timed_out) seam::trap();
      if (is_stuck(activity)) break;
      idle_looks = task_status.activity.load() == activity ? idle_looks + 1 : 0;
      eventless_looks = story.text().size() == told ? eventless_looks + 1 : 0;
      activity = task_status.activity.load();
      told = story.text().size();
      write_out("alive\n");
    }
    return plain_label(story.last_thread(main), LabelKind::hang);
  }

 private:
  std::optional<Label> end_of(const ExceptionMessage& message, ThreadId main) const {
    if (message.header.id == exception_message)
      return crash_label(thread_of_fault(message.thread, main), kind_of_exception(message.exception));
    // The task is dead, by its own hand or another's.
    if (story.flooded()) return crash_label(story.last_thread(main), CrashKind::flood);
    if (story.finished()) return std::nullopt;
    return crash_label(story.last_thread(main), CrashKind::killed);
  }

  static ThreadId thread_of_fault(Name thread, ThreadId main) {
    Registers registers = {};
    std::uint32_t words = registers_words;
    const Code code = kernel_thread_get_state(thread, registers_flavor,
                                              reinterpret_cast<std::uint32_t*>(&registers), &words);
    const int slot = code == 0 ? slot_of(registers.uesp) : -1;
    return slot < 0 ? story.last_thread(main) : told_thread(task_status.numbers[slot].load(), main);
  }

  // Whether nothing can happen in the task any more: all its threads are blocked, no deadline is waited for,
  // nobody polls, and that was so at the last look, too.
  bool is_stuck(std::uint32_t activity) const {
    if (task_status.activity.load() != activity) return false;
    if (task_status.timed_waits.load() != 0 || task_status.polls.load() != 0) return false;
    Name* threads = nullptr;
    std::uint32_t count = 0;
    if (kernel_task_threads(task_, &threads, &count) != 0) return false;
    bool blocked = true;
    for (std::uint32_t at = 0; at < count; ++at) {
      blocked = blocked && is_blocked(threads[at]);
      kernel_mach_port_deallocate(task_self(), threads[at]);
    }
    kernel_vm_deallocate(task_self(), reinterpret_cast<std::uintptr_t>(threads), count * sizeof(Name));
    return blocked;
  }

  Name exceptions_;
  Name deaths_;
  Name both_;
  Name task_ = null_name;
  Name thread_ = null_name;
};

// ---- The batch
// ----------------------------------------------------------------------------------------------

void reset_status() {
  task_status.activity.store(1);
  task_status.timed_waits.store(0);
  task_status.polls.store(0);
  task_status.settling.store(0);
  story.clear();
}

void tell(std::string_view word, std::size_t index) {
  write_out(std::string(word) + ' ' + std::to_string(index));
}

void run_script(const Job& job, std::size_t index) {
  tell("begin", index);
  write_out("\n");
  reset_status();
  const Parsed<Script> script = parse_script(job.script);
  const ThreadId main = script.value ? script.value->main : ThreadId{0};
  std::string ending;
  {
    ScriptTask task(job);
    if (const auto label = task.run(main)) ending = print(*label) + '\n';
  }
  const std::string_view text = story.text();
  tell("trace", index);
  write_out(' ' + std::to_string(text.size() + ending.size()) + '\n');
  write_out(text);
  write_out(ending);
}

}  // namespace

void run_batch(const Batch& batch) {
  fault::seed(batch.fault);
  map_main_stack();
  must(kernel_vm_inherit(task_self(), reinterpret_cast<std::uintptr_t>(&task_status), sizeof task_status,
                         share_inheritance));
  if (!share_story()) seam::trap();
  for (std::size_t index = 0; index < batch.scripts.size(); ++index)
    run_script({.script = batch.scripts[index], .edition = batch.edition, .schedule = batch.schedule}, index);
  write_out("end\n");
}

}  // namespace portunus::guest
