// A run: one CFRunLoopRunInMode, from its beginning to its result (facts cfmachport 11).
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <cstdint>

#include "impl/cf/deadline.h"
#include "impl/cf/message.h"
#include "impl/cf/run_loop.h"

namespace portunus::cf {

// Lives on the stack of the loop's thread. Runs of one loop nest: each hides the one around it.
class Run {
 public:
  Run(CFRunLoopRef loop, Mode* mode, CFTimeInterval seconds);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  CFRunLoopRunResult until_done(bool return_after_source_handled);

  Mode* mode() const { return mode_; }
  // From any thread, under the loop's lock: the run ends after the pass that it is in.
  void stop() { stopped_ = true; }

 private:
  // What a wait ended with; a wake-up and the deadline are nothing. `again` is none of the wait's ends.
  enum class Arrival : unsigned char { nothing, timers, message, again };

  bool pass(bool one_source);
  bool perform_signalled(bool one_source);
  bool serve_one(bool polls);
  bool take_main_queue_first();
  Arrival wait(Message& message, bool polls);
  Arrival receive(Message& message, const Deadline& deadline, std::uint64_t due);
  bool handle(Message& message);
  bool perform(Message& message);
  void fire_timers();
  void notify(CFRunLoopActivity activity);

  std::uint64_t next_timer_due() const;
  bool still_has(const Attendant* attendant) const;
  bool still_has(CFRunLoopSourceRef source) const;
  bool is_stopped() const;
  bool has_nothing_left() const;

  CFRunLoopRef loop_;
  Mode* mode_;
  Run* outer_;
  Deadline deadline_;
  bool stopped_ = false;           // the loop's lock guards it
  bool main_queue_first_ = false;  // the next pass looks at the main queue before anything else
  bool timers_last_ = false;       // the last service was the timers': a message goes before them now
};

}  // namespace portunus::cf
