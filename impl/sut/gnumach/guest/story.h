// What a script's task tells of itself while it runs, in memory that it shares with the supervisor, so that
// nothing is lost when it dies. The supervisor believes nothing of it but what it can check.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "impl/sut/event_sink.h"

namespace portunus::guest {

class alignas(4096) Story final : public EventSink {
 public:
  // Room for limits::events lines of the length that the longest ones really have, within what the machine
  // has; pages that nobody writes to are not there.
  static constexpr std::uint32_t capacity = std::uint32_t{6} << 20;

  // Empties it, for a new script. While no task writes.
  void clear();

  // ---- The task's side. Any of its threads ----

  // Appends the event as a line. False where there is no room for more.
  bool take(const Label& label) override;
  // The last word: the task has come to the script's end.
  void finish() { finished_.store(true); }

  // ---- The supervisor's side ----

  // The whole lines told so far.
  std::string_view text() const;
  bool finished() const { return finished_.load(); }
  bool flooded() const { return flooded_.load(); }
  // Of the last event; `otherwise` if there is none.
  ThreadId last_thread(ThreadId otherwise) const;

 private:
  std::uint32_t word_ = 0;  // a lock
  std::atomic<std::uint32_t> committed_;
  std::atomic<std::uint32_t> lines_;
  std::atomic<std::uint8_t> last_thread_;
  std::atomic<bool> finished_;
  std::atomic<bool> flooded_;
};

// The one that tasks inherit.
extern constinit Story story;
// Lets tasks that are made from now on share it with the calling one. False if the kernel will not.
bool share_story();

}  // namespace portunus::guest
