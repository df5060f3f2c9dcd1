#include "impl/sut/worker.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus {
namespace {

using namespace std::chrono_literals;

// What a worker is told to do, by the number of steps in a script; before it, each tells one event.
enum class Deed : std::size_t {
  nothing,
  segv,
  trap,
  abort,
  divide,
  be_killed,
  exit,
  overflow_stack,
  hang,
  tell_hang,
  flood,
  garbage,
  half_a_line,
  foreign_thread,
  go_on_after_the_end,
  print,
  tell_process,
  tell_core_limit,
  look_for_files,
};

Label event(ThreadId thread) {
  return plain_label(thread, LabelKind::start);
}

// Deeper than any stack.
int recurse(volatile int* depth) {
  volatile int here = *depth + 1;
  if (here == 1'000'000'000) return 0;
  return recurse(&here) + here;
}

// Tells a number in an event: only integers have room for one.
void tell_number(Channel& channel, std::int64_t number) {
  const Value value = make_value(Type::integer, static_cast<std::int32_t>(number));
  channel.take(return_label(0, Function::CFGetRetainCount, {&value, 1}));
}

class FakeTask final : public WorkerTask {
 public:
  void run(const Script& script, std::uint64_t, Channel& channel) override {
    channel.take(event(1));
    act(static_cast<Deed>(script.steps.size()), channel);
  }
  ThreadId current_thread() override { return 2; }

 private:
  void act(Deed deed, Channel& channel) {
    switch (deed) {
      case Deed::nothing:
        return;
      case Deed::segv:
        raise(SIGSEGV);
        return;
      case Deed::trap:
        raise(SIGTRAP);
        return;
      case Deed::abort:
        return std::abort();
      case Deed::divide:
        raise(SIGFPE);
        return;
      case Deed::be_killed:
        raise(SIGKILL);
        return;
      case Deed::exit:
        return _exit(0);
      case Deed::overflow_stack: {
        volatile int depth = 0;
        recurse(&depth);
        return;
      }
      case Deed::hang:
        for (;;) pause();
      case Deed::tell_hang:
        channel.take(plain_label(3, LabelKind::hang));
        return;
      case Deed::flood:
        for (;;)
          if (!channel.take(event(0))) return;
      case Deed::garbage:
        channel.append("T0 fhtagn\n");
        return;
      case Deed::half_a_line:
        channel.append("T0 sta");
        return;
      case Deed::foreign_thread:
        channel.append("T200 start\n");
        return;
      case Deed::go_on_after_the_end:
        channel.take(plain_label(0, LabelKind::hang));
        channel.take(event(0));
        return;
      case Deed::print:
        std::printf("%s", std::string(1 << 20, 'x').c_str());
        std::fflush(stdout);
        return;
      case Deed::tell_process:
        return tell_number(channel, getpid());
      case Deed::tell_core_limit: {
        rlimit limit = {};
        getrlimit(RLIMIT_CORE, &limit);
        return tell_number(channel, static_cast<std::int64_t>(limit.rlim_max));
      }
      case Deed::look_for_files: {
        int open_files = 0;
        for (int file = 0; file < 256; ++file) open_files += fsync(file) == 0 || errno != EBADF ? 1 : 0;
        return tell_number(channel, open_files);
      }
    }
  }
};

Script script_for(Deed deed) {
  Script script;
  script.steps.resize(static_cast<std::size_t>(deed));
  return script;
}

struct Fixture {
  explicit Fixture(std::chrono::milliseconds watchdog = 1000ms)
      : worker(std::make_unique<FakeTask>(), {.watchdog = watchdog}) {}

  Worker worker;

  std::vector<Label> run(Deed deed) { return worker.run(script_for(deed)); }

  // The event that came after the first.
  std::string second(Deed deed) {
    const std::vector<Label> events = run(deed);
    REQUIRE(events.size() == 2);
    CHECK(events[0] == event(1));
    return print(events[1]);
  }
  std::int32_t told_number(Deed deed) {
    const std::vector<Label> events = run(deed);
    REQUIRE(events.size() == 2);
    return events[1].values[0].number;
  }
};

TEST_CASE_FIXTURE(Fixture, "one worker serves many scripts") {
  const std::int32_t process = told_number(Deed::tell_process);
  CHECK(process != getpid());
  CHECK(run(Deed::nothing) == std::vector<Label>{event(1)});
  CHECK(told_number(Deed::tell_process) == process);
}

TEST_CASE_FIXTURE(Fixture,
                  "a death is a crash of its kind, on the thread that ran, with the trace up to there") {
  CHECK(second(Deed::trap) == "T2 crash trap");
  CHECK(second(Deed::abort) == "T2 crash abort");
  CHECK(second(Deed::divide) == "T2 crash fpe");
  CHECK(second(Deed::segv) == "T2 crash segv");
}

TEST_CASE_FIXTURE(Fixture, "a death without a word is told of the last thread heard of") {
  CHECK(second(Deed::be_killed) == "T1 crash killed");
  CHECK(second(Deed::exit) == "T1 crash exit");
}

// For deeds that end by themselves, but that a sanitizer slows down.
struct PatientFixture : Fixture {
  PatientFixture() : Fixture(60s) {}
};

TEST_CASE_FIXTURE(PatientFixture, "a stack overflow is a crash") {
  // Where no stack is left, a sanitizer may keep the handler from telling the thread.
  CHECK(second(Deed::overflow_stack).ends_with(" crash segv"));
}

TEST_CASE_FIXTURE(Fixture, "a worker that does not answer in time hangs") {
  CHECK(second(Deed::hang) == "T1 hang");
}

TEST_CASE_FIXTURE(Fixture, "a hang that the worker tells by itself stays as it is") {
  CHECK(second(Deed::tell_hang) == "T3 hang");
}

TEST_CASE_FIXTURE(PatientFixture, "more events than a trace holds are a flood") {
  const std::vector<Label> events = run(Deed::flood);
  REQUIRE(events.size() == limits::events);
  CHECK(print(events.back()) == "T0 crash flood");
}

TEST_CASE_FIXTURE(Fixture, "text that is no event is garbage") {
  CHECK(second(Deed::garbage) == "T1 crash garbage");
  CHECK(second(Deed::half_a_line) == "T1 crash garbage");
  CHECK(second(Deed::foreign_thread) == "T1 crash garbage");
}

TEST_CASE_FIXTURE(Fixture, "nothing may follow the end of a trace") {
  CHECK(second(Deed::go_on_after_the_end) == "T0 crash garbage");
}

TEST_CASE_FIXTURE(Fixture, "after each failure the next script gets a fresh worker") {
  std::int32_t process = told_number(Deed::tell_process);
  for (const Deed deed : {Deed::segv, Deed::exit, Deed::hang, Deed::tell_hang, Deed::flood, Deed::garbage}) {
    CAPTURE(static_cast<int>(deed));
    run(deed);
    const std::int32_t next = told_number(Deed::tell_process);
    CHECK(next != process);
    process = next;
  }
}

TEST_CASE_FIXTURE(Fixture, "a worker that died idle is replaced without an event") {
  const std::int32_t process = told_number(Deed::tell_process);
  REQUIRE(kill(process, SIGKILL) == 0);
  usleep(20'000);
  CHECK(run(Deed::nothing) == std::vector<Label>{event(1)});
}

TEST_CASE_FIXTURE(Fixture, "what a worker prints goes nowhere") {
  CHECK(run(Deed::print) == std::vector<Label>{event(1)});
}

TEST_CASE_FIXTURE(Fixture, "a worker leaves no core and has no files but its own") {
  CHECK(told_number(Deed::tell_core_limit) == 0);
  CHECK(told_number(Deed::look_for_files) == 4);
}

}  // namespace
}  // namespace portunus
