// One run of a script: all that its threads, the calls they make and the callbacks they get have in common.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "impl/driver/driver.h"
#include "impl/driver/handles.h"
#include "impl/driver/ledger.h"
#include "impl/driver/observer.h"
#include "impl/driver/scope.h"
#include "model/vocabulary/limits.h"

namespace portunus::driver {

class Run;

// A thread of the script. Only the atomic members are looked at from other threads while it runs.
struct Thread {
  enum class State : std::uint8_t {
    unused,   // not asked for
    started,  // asked for, not there yet
    running,  // `loop` is set, where there is CoreFoundation
    leaving,  // its script is over; it waits for calls on its run loop that others have begun
    ended,    // has left the script
    refused,  // asked for, but the system under test or its host has no such thread
  };

  Run* run = nullptr;
  ThreadId id = 0;
  std::atomic<State> state{State::unused};
  std::atomic<CFRunLoopRef> loop{nullptr};  // none in a run without CoreFoundation
  std::atomic<int> loop_users{0};           // calls on `loop`, which goes with the thread

  Scope* scope = nullptr;  // the innermost block being run here
  int depth = 0;           // calls and callbacks nested here
  Value making;            // the object that the innermost call is to make, until its memory is allocated

  // The callbacks that this thread is inside, outermost first, packed by pack_callback; 0 ends the list.
  std::atomic<std::uint32_t> callbacks[limits::frames] = {};

  // What a started thread runs: the body of step `block`, inside the scope `starter`, once `may_go`.
  std::uint32_t block = 0;
  Scope* starter = nullptr;
  std::atomic<bool> may_go{false};
};

// A callback and its subject (a value that an `on` or `await` may name), never 0.
std::uint32_t pack_callback(Callback callback, Value subject);

class Run final : AllocationListener {
 public:
  Run(const Script& script, Host& host, const Capabilities& capabilities);
  ~Run() = default;

  // The run that is under way, or nullptr: CoreFoundation calls back with no more than an info.
  static Run* current();
  static void set_current(Run* run);

  const Script& script;
  Host& host;
  const Capabilities& capabilities;
  const bool with_cf;  // whether the script calls CoreFoundation
  Observer observer;
  Handles handles;
  Ledger ledger;
  Scopes scopes;
  Thread threads[limits::threads];
  std::atomic<std::uint32_t> unused_names{0};  // names that were chosen for mach_port_unused_name

  // Tells the host of an event. After the host has had enough, or a hang, nothing is told any more.
  void emit(const Label& label);
  bool over() const { return over_.load(std::memory_order_relaxed); }
  // The system under test no longer answers `thread`: the last event of the run.
  void hang(ThreadId thread);

  // The script's thread that calls; nullptr on a thread that the system under test started by itself.
  Thread* thread_here();
  // The thread that an event is told of: what a background thread does is told of the main thread.
  ThreadId teller();

  // Waits until `done()`; emits a hang and gives false where that will not come, false without one when the
  // run is over.
  template <class Done>
  bool wait(ThreadId thread, Done done) {
    while (!done()) {
      if (over()) return false;
      // Where nothing can change any more, those who await give up first, and then something may.
      if (host.wait_for_others() || awaiting_.load() > 0) continue;
      if (!done()) hang(thread);
    }
    return !over();
  }
  // Waits until `done()`, or until that will not come: a script may await what no system owes it.
  template <class Done>
  void await(Done done) {
    ++awaiting_;
    while (!over() && !done() && host.wait_for_others()) {
    }
    --awaiting_;
  }
  // Lets the system come to rest: the event `quiescent`, or a hang.
  void settle(ThreadId thread);

  // A client's info is an address in the run. NULL gives null, what is no info of ours `other`.
  void* info_pointer(Value info);
  Value info_value(const void* pointer) const;

 private:
  Value allocating() override;
  void allocated(Value object) override;
  void deallocated(Value object) override;

  std::atomic<bool> over_{false};
  std::atomic<int> awaiting_{0};  // threads that await
  std::byte infos_[limits::infos] = {};
};

}  // namespace portunus::driver
