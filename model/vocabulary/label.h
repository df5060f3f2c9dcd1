// A label is one observable event without its position: what an observer of the system under test sees.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/vocabulary/function.h"
#include "model/vocabulary/value.h"

namespace portunus {

using ThreadId = std::uint8_t;  // 0..limits::threads-1

enum class LabelKind : std::uint8_t {
  call,        // the client calls `function` with `values`; `bind` is the handle a new object or name gets
  return_,     // `function` returns, with `values` as results
  enter,       // the system calls the client's `callback` with `values`
  exit,        // the client's `callback` returns, with `values` as results
  allocate,    // the observed allocator gives out memory for the object `bind`
  deallocate,  // the observed allocator gets the memory of the object `bind` back
  log,         // the system logged; `word` is a LogKind, `level` a LogLevel
  skip,        // the driver left out a call; `function` and, in `word`, the SkipReason
  start,       // the thread began (every thread but main)
  finish,      // the thread ended
  quiescent,   // the watchdog saw that nothing more happens
  crash,       // the system under test died; `word` is a CrashKind. Always the last event but `end`
  hang,        // the system under test no longer answers. Always the last event
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

enum class LogKind : std::uint8_t {
  no_send_rights,    // an invalidation callback was set on a name without a send right
  thwarted,          // an invalidation callback was set, and refused, on a port that is not Ready
  bad_port,          // CFMachPortCreateWithPort was given a name of an unsupported kind
  no_receive_right,  // a source of a port without a receive right was added to a mode
  source_gone,       // a message was received, and no source was there for it
  common_modes_run,  // CFRunLoopRunInMode was asked to run kCFRunLoopCommonModes
  watch_record,      // the death watch has no record of what it was told about
  other,
};

enum class SkipReason : std::uint8_t {
  unbound,   // a handle that nothing has been given to
  bound,     // the handle to bind stands for something already
  null,      // a NULL where NULL is undefined
  released,  // an object that the script holds no reference to
  foreign,   // a name that is not, or no longer, the script's
  limit,     // a capacity of the vocabulary
  unable,    // the system under test does not have the function
};

enum class CrashKind : std::uint8_t { segv, bus, ill, trap, abort, fpe, killed, exit, garbage, flood, leak };

// Fixed size, trivially copyable. Unused fields hold their defaults.
struct Label {
  LabelKind kind = LabelKind::call;
  ThreadId thread = 0;
  Function function = Function::CFMachPortCreate;
  Callback callback = Callback::retain;
  LogLevel level = LogLevel::debug;
  std::uint8_t word = 0;
  Value bind = {};
  Value second = {};  // of a call: the second handle
  Value values[arguments_max] = {};

  friend constexpr bool operator==(const Label&, const Label&) = default;
};
static_assert(arguments_max == results_max, "a label holds arguments or results in the same place");

// Makers, so that a label's unused fields stay canonical.
Label call_label(ThreadId thread, Function function, Value bind, std::span<const Value> arguments,
                 Value second = {});
Label return_label(ThreadId thread, Function function, std::span<const Value> results);
Label enter_label(ThreadId thread, Callback callback, std::span<const Value> arguments);
Label exit_label(ThreadId thread, Callback callback, std::span<const Value> results);
Label allocate_label(ThreadId thread, Value object);
Label deallocate_label(ThreadId thread, Value object);
Label log_label(ThreadId thread, LogLevel level, LogKind kind);
Label skip_label(ThreadId thread, Function function, SkipReason reason);
Label plain_label(ThreadId thread, LabelKind kind);  // start, finish, quiescent, hang
Label crash_label(ThreadId thread, CrashKind kind);

// Whether `actual`, as seen, is one of the labels that `allowed` stands for: equal but for `any` values.
bool matches(const Label& allowed, const Label& actual);
// Whether both are events of the same kind on the same thread, with the same function or callback, word or
// subject, and so differ in values alone. This is the sense in which blame looks for "its kind, not its
// values".
bool same_kind(const Label& a, const Label& b);

}  // namespace portunus
