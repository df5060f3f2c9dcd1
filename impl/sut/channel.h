// The channel between a worker process and its parent: memory that both map. The worker appends lines of text
// and commits each before the next, so that nothing that it told is lost when it dies. The parent believes
// nothing that it reads there.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "impl/sut/event_sink.h"

namespace portunus {

// The worker's end, and what it looks like inside.
class Channel final : public EventSink {
 public:
  // In fresh shared memory; nullptr if there is none. Never unmapped by a worker.
  static Channel* make();
  static void unmap(Channel* channel);

  // ---- The worker's side ----

  // Appends the event as a line. False where the channel is full or has had limits::events lines.
  bool take(const Label& label) override;
  // Appends any text. False if there is no room.
  bool append(std::string_view text);
  // The thread that was running when the worker received a deadly signal. Safe in a signal handler.
  void set_dying_thread(ThreadId thread) { dying_thread_.store(thread); }

  // ---- The parent's side ----

  // Empties the channel, for a new script. While no worker writes.
  void clear();
  // What has been committed.
  std::string_view text() const;
  // limits::threads or more: none was told.
  ThreadId dying_thread() const { return static_cast<ThreadId>(dying_thread_.load()); }

 private:
  // Room for limits::events lines of the length that the longest ones really have.
  static constexpr std::size_t capacity = std::size_t{16} << 20;

  Channel() = default;

  std::atomic<std::uint32_t> committed_{0};
  std::atomic<std::uint32_t> dying_thread_{0xff};
  std::uint32_t lines_ = 0;  // the worker's own
  char text_[capacity];
};

}  // namespace portunus
