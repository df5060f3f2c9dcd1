// A stage for CoreFoundation's tests: a hosted world with one edition in it, a client whose callbacks write
// down what happens as short lines, and the scene that plays on it.
//
// The lines: `retain I1`, `release I1`, `describe I1` from a context; `inv P I1`, `inv2 P NULL` from an
// invalidation callback; `message P 7 24 I1` from a message callout (id, size); `schedule I1 M1`, `cancel I1
// M1` and `perform I1` from a source of version 0; `observe I1 Entry` and `fire I1` from observers and
// timers; `free P` when the client's allocator gets an object's memory back; `log error send rights` from the
// log.
#pragma once

#include <CoreFoundation/CoreFoundation.h>
#include <mach/mach.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "impl/cf/edition.h"

namespace portunus::cf {

using Lines = std::vector<std::string>;

// Which functions a context has.
enum ContextParts : int {
  no_parts = 0,
  with_retain = 1,
  with_release = 2,
  with_description = 4,
  all_parts = 7
};

class Stage {
 public:
  explicit Stage(const Edition& edition) : edition_(edition) {}

  // Of the world that plays: there is one at a time.
  static Stage& current();

  bool is(std::string_view edition) const { return edition_.name == edition; }

  // ---- What the client does -----------------------------------------------------------------------------

  // Objects are called by the label that they were made with, also after they are gone.
  CFMachPortRef create(const std::string& label, const std::string& info, int parts = all_parts);
  CFMachPortRef wrap(const std::string& label, mach_port_t name, const std::string& info,
                     int parts = all_parts);
  CFRunLoopSourceRef source(const std::string& label, CFMachPortRef port, CFIndex order = 0);
  // A source of version 0. Its infos are equal if they are the same.
  CFRunLoopSourceRef signal_source(const std::string& label, const std::string& info, CFIndex order = 0,
                                   int parts = no_parts);
  CFRunLoopObserverRef observer(const std::string& label, const std::string& info, CFOptionFlags activities,
                                bool repeats = true, CFIndex order = 0, int parts = no_parts);
  // One that fires `seconds` from now; only once without an interval.
  CFRunLoopTimerRef timer(const std::string& label, const std::string& info, CFTimeInterval seconds,
                          CFTimeInterval interval = 0, int parts = no_parts);
  // What the last creation said of shouldFreeInfo.
  bool should_free_info() const { return should_free_info_ != 0; }
  // An allocator of which nothing but the label is the client's concern.
  CFAllocatorRef allocator(const std::string& label);
  CFMachPortContext context(const std::string& info, int parts = all_parts);

  // Sends `size` bytes with that id; `reply` is a receive right's name, for a send-once right in the message.
  static kern_return_t send(mach_port_t name, mach_msg_id_t id, mach_msg_size_t size = 24,
                            mach_port_t reply = MACH_PORT_NULL);
  // Lets background work end: notifications, sweeps, cancellations.
  static void settle();
  // Runs the main run loop in the default mode, without waiting, until it finds nothing.
  static void run_main_queue();
  // CFRunLoopRunInMode: the name of its result.
  static std::string run(CFStringRef mode, CFTimeInterval seconds, bool return_after_source_handled);

  // ---- What happens meanwhile ---------------------------------------------------------------------------

  // Does `act` inside the callback that writes that line, the first time that it does.
  void during(const std::string& line, std::function<void()> act);
  // The lines since the last call.
  Lines take() { return std::exchange(lines_, {}); }

  // ---- What can be asked --------------------------------------------------------------------------------

  // The info that CFMachPortGetContext gives: `I1`, or `NULL`.
  std::string info_of(CFMachPortRef port);
  std::string label_of(const void* object) const;

  // For the callbacks.
  void write(const std::string& line);
  void* allocate(const std::string& label, CFIndex size);
  void deallocate(const std::string& label, void* memory);

  // Plays the scene on this stage, in a fresh world.
  void play(const std::function<void(Stage&)>& scene);

 private:
  const Edition& edition_;
  Lines lines_;
  std::map<const void*, std::string> labels_;
  std::map<std::string, std::string> infos_;
  std::map<std::string, std::function<void()>> acts_;
  std::map<std::string, CFAllocatorRef> allocators_;
  Boolean should_free_info_ = 0;
};

// The invalidation callbacks.
void inv(CFMachPortRef port, void* info);
void inv2(CFMachPortRef port, void* info);

// The one that CFMachPortGetInvalidationCallBack gives: `inv`, `inv2` or `NULL`.
std::string callback_of(CFMachPortRef port);

// Plays the scene once for each edition.
void on_each_edition(const std::function<void(Stage&)>& scene);

// Rights, user references and requests of a name: `RECV|SEND|dnreq 1`, `DEAD 2`, `none`.
std::string rights(mach_port_t name);
// A receive right with as many user references of a send right.
mach_port_t make_port(int send_rights = 1);
void destroy_receive_right(mach_port_t name);
int queued(mach_port_t name);

// The modes of the current run loop that contain a source, of default, M1, M2 and common.
std::string modes_of(CFRunLoopSourceRef source);

CFStringRef mode_1();
CFStringRef mode_2();

// The modes of a run loop that there are, as the loop lists them.
std::string all_modes(CFRunLoopRef loop);

// The text of a string, and CFCopyDescription's.
std::string text_of(CFStringRef string);
std::string description(CFTypeRef object);

// Retain counts, as numbers to compare.
inline long count_of(CFTypeRef object) {
  return CFGetRetainCount(object);
}

}  // namespace portunus::cf
