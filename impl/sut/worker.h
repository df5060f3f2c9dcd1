// A worker: a process of its own in which scripts run, one after the other, so that whatever the system under
// test does there is an event and no harm. It is forked from this one when the first script comes, and again
// after each failure.
//
// The process that forks should have one thread, or none that holds a lock of the system under test; a worker
// dies with the thread that forked it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "impl/sut/channel.h"
#include "model/vocabulary/script.h"

namespace portunus {

// What runs inside.
class WorkerTask {
 public:
  virtual ~WorkerTask() = default;
  // Runs one script under that schedule of the system's, and tells the channel what happens.
  virtual void run(const Script& script, std::uint64_t schedule, Channel& channel) = 0;
  // The thread of the script that runs at this moment. Called in a signal handler.
  virtual ThreadId current_thread() = 0;
};

struct WorkerLimits {
  std::chrono::milliseconds watchdog{5000};  // real time that one script may take
  std::uint64_t memory_bytes = 1u << 30;     // on top of what the process begins with; not under a sanitizer
};

class Worker {
 public:
  Worker(std::unique_ptr<WorkerTask> task, const WorkerLimits& limits);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Runs `script` there, under that schedule, and gives back its events. A death, a stop, a flood or garbage
  // is the last one: a crash or a hang on the thread that it happened on, as far as that is known, else on
  // the last one heard of. A worker that cannot be had at all is told as killed.
  std::vector<Label> run(const Script& script, std::uint64_t schedule = 0);

 private:
  enum class Answer : std::uint8_t { done, died, silent, garbage };

  bool start();
  void stop();  // kills the process, if there is one
  bool idle_and_alive() const;
  Answer serve(const Script& script, std::uint64_t schedule);
  bool send(const void* data, std::size_t size, std::chrono::steady_clock::time_point deadline);
  Answer receive(std::chrono::steady_clock::time_point deadline);
  Label death(ThreadId thread);

  [[noreturn]] void work(int socket);

  std::unique_ptr<WorkerTask> task_;
  WorkerLimits limits_;
  Channel* channel_ = nullptr;
  pid_t process_ = -1;
  int socket_ = -1;
};

}  // namespace portunus
