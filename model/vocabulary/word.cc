#include "model/vocabulary/word.h"

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus {
namespace {

using Words = std::string_view;

constexpr Words kBooleans[] = {"false", "true"};
constexpr Words kCallouts[] = {"callout"};
constexpr Words kInvalidations[] = {"inv", "inv2"};
constexpr Words kAllocators[] = {"observed", "failing"};
constexpr Words kOuts[] = {"flag"};
constexpr Words kContextFunctions[] = {"given", "sentinel"};
constexpr Words kRunResults[] = {"Finished", "Stopped", "TimedOut", "HandledSource"};
constexpr Words kRights[] = {"SEND", "RECEIVE", "SEND_ONCE", "PORT_SET", "DEAD_NAME"};
constexpr Words kRightBits[] = {"SEND", "RECEIVE", "SEND_ONCE", "PORT_SET", "DEAD_NAME", "DNREQUEST"};
constexpr Words kDispositions[] = {"MOVE_RECEIVE", "MOVE_SEND", "MOVE_SEND_ONCE",
                                   "COPY_SEND",    "MAKE_SEND", "MAKE_SEND_ONCE"};
constexpr Words kNotifications[] = {"DEAD_NAME",      "SEND_POSSIBLE", "NO_SENDERS",
                                    "PORT_DESTROYED", "PORT_DELETED",  "SEND_ONCE"};
constexpr Words kKernReturns[] = {
    "KERN_SUCCESS",
    "KERN_INVALID_ADDRESS",
    "KERN_NO_SPACE",
    "KERN_INVALID_ARGUMENT",
    "KERN_FAILURE",
    "KERN_RESOURCE_SHORTAGE",
    "KERN_NOT_RECEIVER",
    "KERN_NO_ACCESS",
    "KERN_NOT_IN_SET",
    "KERN_NAME_EXISTS",
    "KERN_INVALID_NAME",
    "KERN_INVALID_TASK",
    "KERN_INVALID_RIGHT",
    "KERN_INVALID_VALUE",
    "KERN_UREFS_OVERFLOW",
    "KERN_INVALID_CAPABILITY",
    "KERN_RIGHT_EXISTS",
    "KERN_ALREADY_IN_SET",
    "MACH_SEND_INVALID_DATA",
    "MACH_SEND_INVALID_DEST",
    "MACH_SEND_TIMED_OUT",
    "MACH_SEND_INVALID_REPLY",
    "MACH_SEND_INVALID_RIGHT",
    "MACH_SEND_INVALID_HEADER",
    "MACH_SEND_MSG_TOO_SMALL",
    "MACH_SEND_INVALID_TYPE",
    "MACH_RCV_INVALID_NAME",
    "MACH_RCV_TIMED_OUT",
    "MACH_RCV_TOO_LARGE",
    "MACH_RCV_PORT_CHANGED",
    "MACH_RCV_PORT_DIED",
    "MACH_RCV_INVALID_DATA",
    "MACH_RCV_IN_SET",
    "MIG_TYPE_ERROR",
    "MIG_BAD_ARGUMENTS",
};
constexpr Words kLogKinds[] = {"no-send-rights", "thwarted",         "bad-port",     "no-receive-right",
                               "source-gone",    "common-modes-run", "watch-record", "other"};
constexpr Words kLogLevels[] = {"debug", "info", "warning", "error"};
constexpr Words kSkipReasons[] = {"unbound", "bound", "null", "released", "foreign", "limit", "unable"};
constexpr Words kCrashKinds[] = {"segv",   "bus",  "ill",     "trap",  "abort", "fpe",
                                 "killed", "exit", "garbage", "flood", "leak"};
constexpr Words kLabelKinds[] = {"call", "return", "enter",  "exit",      "allocate", "deallocate", "log",
                                 "skip", "start",  "finish", "quiescent", "crash",    "hang"};

}  // namespace

std::span<const std::string_view> words(Type type) {
  switch (type) {
    case Type::boolean:
      return kBooleans;
    case Type::callout:
      return kCallouts;
    case Type::invalidation:
      return kInvalidations;
    case Type::allocator:
      return kAllocators;
    case Type::out:
      return kOuts;
    case Type::context_function:
      return kContextFunctions;
    case Type::run_result:
      return kRunResults;
    case Type::kern_return:
      return kKernReturns;
    case Type::right:
      return kRights;
    case Type::disposition:
      return kDispositions;
    case Type::notification:
      return kNotifications;
    default:
      return {};
  }
}

char handle_letter(Type type) {
  switch (type) {
    case Type::port:
      return 'P';
    case Type::source:
      return 'S';
    case Type::loop:
      return 'L';
    case Type::mode:
      return 'M';
    case Type::name:
      return 'N';
    case Type::info:
      return 'I';
    default:
      return 0;
  }
}

int handle_count(Type type) {
  switch (type) {
    case Type::port:
      return limits::ports;
    case Type::source:
      return limits::sources;
    case Type::loop:
      return limits::threads;
    case Type::mode:
      return limits::modes;
    case Type::name:
      return limits::names;
    case Type::info:
      return limits::infos;
    default:
      return 0;
  }
}

bool may_be_null(Type type) {
  switch (type) {
    case Type::port:
    case Type::source:
    case Type::object:
    case Type::mode:
    case Type::name:
    case Type::info:
    case Type::context:
    case Type::callout:
    case Type::invalidation:
    case Type::out:
    case Type::context_function:
    case Type::disposition:
      return true;
    default:
      return false;
  }
}

std::span<const std::string_view> log_kind_words() {
  return kLogKinds;
}
std::span<const std::string_view> log_level_words() {
  return kLogLevels;
}
std::span<const std::string_view> skip_reason_words() {
  return kSkipReasons;
}
std::span<const std::string_view> crash_kind_words() {
  return kCrashKinds;
}
std::span<const std::string_view> label_kind_words() {
  return kLabelKinds;
}
std::span<const std::string_view> rights_words() {
  return kRightBits;
}

std::string_view word(LogKind kind) {
  return kLogKinds[static_cast<std::size_t>(kind)];
}
std::string_view word(LogLevel level) {
  return kLogLevels[static_cast<std::size_t>(level)];
}
std::string_view word(SkipReason reason) {
  return kSkipReasons[static_cast<std::size_t>(reason)];
}
std::string_view word(CrashKind kind) {
  return kCrashKinds[static_cast<std::size_t>(kind)];
}
std::string_view word(LabelKind kind) {
  return kLabelKinds[static_cast<std::size_t>(kind)];
}

}  // namespace portunus
