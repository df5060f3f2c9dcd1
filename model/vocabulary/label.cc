#include "model/vocabulary/label.h"

#include <algorithm>

namespace portunus {
namespace {

Label make(LabelKind kind, ThreadId thread) {
  Label label;
  label.kind = kind;
  label.thread = thread;
  return label;
}

Label with_values(Label label, std::span<const Value> values) {
  std::ranges::copy(values, label.values);
  return label;
}

bool value_matches(const Value& allowed, const Value& actual) {
  return allowed == actual || (allowed.type == actual.type && allowed.number == Value::any);
}

}  // namespace

Label call_label(ThreadId thread, Function function, Value bind, std::span<const Value> arguments,
                 Value second) {
  Label label = make(LabelKind::call, thread);
  label.function = function;
  label.bind = bind;
  label.second = second;
  return with_values(label, arguments);
}

Label return_label(ThreadId thread, Function function, std::span<const Value> results) {
  Label label = make(LabelKind::return_, thread);
  label.function = function;
  return with_values(label, results);
}

Label enter_label(ThreadId thread, Callback callback, std::span<const Value> arguments) {
  Label label = make(LabelKind::enter, thread);
  label.callback = callback;
  return with_values(label, arguments);
}

Label exit_label(ThreadId thread, Callback callback, std::span<const Value> results) {
  Label label = make(LabelKind::exit, thread);
  label.callback = callback;
  return with_values(label, results);
}

Label allocate_label(ThreadId thread, Value object) {
  Label label = make(LabelKind::allocate, thread);
  label.bind = object;
  return label;
}

Label deallocate_label(ThreadId thread, Value object) {
  Label label = make(LabelKind::deallocate, thread);
  label.bind = object;
  return label;
}

Label log_label(ThreadId thread, LogLevel level, LogKind kind) {
  Label label = make(LabelKind::log, thread);
  label.level = level;
  label.word = static_cast<std::uint8_t>(kind);
  return label;
}

Label skip_label(ThreadId thread, Function function, SkipReason reason) {
  Label label = make(LabelKind::skip, thread);
  label.function = function;
  label.word = static_cast<std::uint8_t>(reason);
  return label;
}

Label plain_label(ThreadId thread, LabelKind kind) {
  return make(kind, thread);
}

Label crash_label(ThreadId thread, CrashKind kind) {
  Label label = make(LabelKind::crash, thread);
  label.word = static_cast<std::uint8_t>(kind);
  return label;
}

bool matches(const Label& allowed, const Label& actual) {
  return same_kind(allowed, actual) && value_matches(allowed.bind, actual.bind) &&
         value_matches(allowed.second, actual.second) &&
         std::ranges::equal(allowed.values, actual.values, value_matches);
}

bool same_kind(const Label& a, const Label& b) {
  return a.kind == b.kind && a.thread == b.thread && a.function == b.function && a.callback == b.callback &&
         a.level == b.level && a.word == b.word;
}

}  // namespace portunus
