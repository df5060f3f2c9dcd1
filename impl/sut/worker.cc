#include "impl/sut/worker.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "impl/sut/confine.h"
#include "impl/sut/event_text.h"
#include "impl/sut/trace_head.h"
#include "model/vocabulary/limits.h"

namespace portunus {
namespace {

using Clock = std::chrono::steady_clock;

// What goes to a worker ahead of a script's steps. Both ends are the same program, so bytes will do.
struct Request {
  std::uint64_t schedule = 0;
  std::uint32_t steps = 0;
  ThreadId main = 0;
};

constexpr char kDone = 'd';  // what comes back when a script has been run

int remaining_ms(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT32_MAX));
}

// Waits for the socket to be ready; false at the deadline.
bool wait_ready(int socket, short events, Clock::time_point deadline) {
  pollfd entry{.fd = socket, .events = events, .revents = 0};
  for (;;) {
    const int ready = poll(&entry, 1, remaining_ms(deadline));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

// Reads exactly that much; false at the end of the stream.
bool read_all(int socket, void* data, std::size_t size) {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = read(socket, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

CrashKind kind_of_signal(int signal) {
  switch (signal) {
    case SIGSEGV:
      return CrashKind::segv;
    case SIGBUS:
      return CrashKind::bus;
    case SIGILL:
      return CrashKind::ill;
    case SIGTRAP:
      return CrashKind::trap;
    case SIGABRT:
      return CrashKind::abort;
    case SIGFPE:
      return CrashKind::fpe;
    default:
      return CrashKind::killed;
  }
}

}  // namespace

Worker::Worker(std::unique_ptr<WorkerTask> task, const WorkerLimits& limits)
    : task_(std::move(task)), limits_(limits), channel_(Channel::make()) {}

Worker::~Worker() {
  stop();
  if (channel_ != nullptr) Channel::unmap(channel_);
}

std::vector<Label> Worker::run(const Script& script, std::uint64_t schedule) {
  if (!idle_and_alive()) stop();
  if (process_ < 0 && !start()) return {crash_label(script.main, CrashKind::killed)};
  channel_->clear();
  const Answer answer = serve(script, schedule);

  std::vector<Label> events;
  const bool clean = read_events(channel_->text(), events);
  const bool ended = !events.empty() && ends_trace(events.back());
  const ThreadId last = last_thread(events, script.main);
  if (clean && !ended && answer == Answer::done && events.size() < limits::events) return events;

  if (!clean || answer == Answer::garbage) {
    end_events(events, crash_label(last, CrashKind::garbage));
  } else if (!ended) {
    if (answer == Answer::died) end_events(events, death(last));
    if (answer == Answer::silent) end_events(events, plain_label(last, LabelKind::hang));
    if (answer == Answer::done) end_events(events, crash_label(last, CrashKind::flood));
  }
  stop();
  return events;
}

// How the process that has closed its end came to its end.
Label Worker::death(ThreadId thread) {
  int status = 0;
  pid_t waited;
  do waited = waitpid(process_, &status, 0);
  while (waited < 0 && errno == EINTR);
  process_ = -1;
  if (channel_->dying_thread() < limits::threads) thread = channel_->dying_thread();
  return crash_label(thread, WIFSIGNALED(status) ? kind_of_signal(WTERMSIG(status)) : CrashKind::exit);
}

bool Worker::start() {
  int sockets[2];
  if (channel_ == nullptr || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return false;
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    confine(parent, limits_.memory_bytes);
    work(keep_one_file(sockets[1]));
  }
  close(sockets[1]);
  socket_ = sockets[0];
  if (process_ < 0) stop();
  return process_ > 0;
}

void Worker::stop() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  if (process_ > 0) {
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  process_ = -1;
}

// A worker may be gone without having done anything: another hand may have killed it, or the thread that
// forked it may have ended. That is no event of the next script.
bool Worker::idle_and_alive() const {
  if (process_ < 0) return false;
  pollfd entry{.fd = socket_, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) == 0;
}

Worker::Answer Worker::serve(const Script& script, std::uint64_t schedule) {
  const Clock::time_point deadline = Clock::now() + limits_.watchdog;
  const Request request{
      .schedule = schedule, .steps = static_cast<std::uint32_t>(script.steps.size()), .main = script.main};
  if (!send(&request, sizeof request, deadline) ||
      !send(script.steps.data(), script.steps.size() * sizeof(Step), deadline))
    return Clock::now() < deadline ? Answer::died : Answer::silent;
  return receive(deadline);
}

bool Worker::send(const void* data, std::size_t size, Clock::time_point deadline) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::send(socket_, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      at += count;
      size -= static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_ready(socket_, POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

Worker::Answer Worker::receive(Clock::time_point deadline) {
  if (!wait_ready(socket_, POLLIN, deadline)) return Answer::silent;
  char answer = 0;
  if (!read_all(socket_, &answer, 1)) return Answer::died;
  return answer == kDone ? Answer::done : Answer::garbage;
}

// ---- In the worker ---------------------------------------------------------------------------------------

namespace {

WorkerTask* dying_task = nullptr;
Channel* dying_channel = nullptr;

// The handler is reset by its own delivery, and the signal held back until it returns: then it kills.
void tell_thread(int signal) {
  dying_channel->set_dying_thread(dying_task->current_thread());
  raise(signal);
}

void watch_signals(WorkerTask& task, Channel& channel) {
  dying_task = &task;
  dying_channel = &channel;
  static char stack[64 * 1024];  // the system's own may be what overflowed
  const stack_t alternate{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  sigaltstack(&alternate, nullptr);
  struct sigaction action = {};
  action.sa_handler = tell_thread;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE})
    sigaction(signal, &action, nullptr);
}

}  // namespace

void Worker::work(int socket) {
  watch_signals(*task_, *channel_);
  Request request;
  Script script;
  while (read_all(socket, &request, sizeof request)) {
    script.main = request.main;
    script.steps.resize(request.steps);
    if (!read_all(socket, script.steps.data(), request.steps * sizeof(Step))) break;
    task_->run(script, request.schedule, *channel_);
    while (write(socket, &kDone, 1) < 0 && errno == EINTR) {
    }
  }
  _exit(0);
}

}  // namespace portunus
