// A value is what stands in an argument or a result: a handle, a word out of a fixed list, or a number.
// Pointers and port names never appear as numbers: the driver prints the handle that stands for them.
#pragma once

#include <cstdint>
#include <string_view>

namespace portunus {

// What kind of thing a parameter or a result is. The type decides which words and handles its text may be.
enum class Type : std::uint8_t {
  none,
  boolean,           // true | false
  integer,           // decimal
  milliseconds,      // 300ms
  port,              // P0..      a CFMachPort
  source,            // S0..      a CFRunLoopSource
  loop,              // L0..      the run loop of the thread with the same number
  object,            // any of the three above
  mode,              // M0.. | common | null: none, as a result
  name,              // N0.. | null | dead
  info,              // I0.. | null
  context,           // null | (I0 retain release copyDescription)
  callout,           // callout | null
  invalidation,      // inv | inv2 | null
  allocator,         // observed | failing
  out,               // flag | null: whether an out-parameter was given
  context_function,  // null | given | sentinel: what CFMachPortGetContext shows in a function's place
  run_result,        // Finished | Stopped | TimedOut | HandledSource
  kern_return,       // KERN_… and MACH_… codes
  right,             // SEND | RECEIVE | SEND_ONCE | PORT_SET | DEAD_NAME
  rights,            // the type bits of a name: SEND|RECEIVE|DNREQUEST, or none
  disposition,       // MOVE_SEND, COPY_SEND, MAKE_SEND, … | null: none is given
  notification,      // DEAD_NAME | SEND_POSSIBLE | NO_SENDERS | PORT_DESTROYED | PORT_DELETED | SEND_ONCE
};

// A typed value. `number` is a handle's index, a word's place in its list, or the number itself.
struct Value {
  // Numbers that no index, word or API result takes, so that integers keep the rest of their range.
  static constexpr std::int32_t null = INT32_MIN;      // a NULL pointer, MACH_PORT_NULL
  static constexpr std::int32_t dead = INT32_MIN + 1;  // MACH_PORT_DEAD
  static constexpr std::int32_t other =
      INT32_MIN + 2;  // printed `other`: a value that stands for nothing the script knows
  static constexpr std::int32_t absent =
      INT32_MIN + 3;  // printed `-`: nothing was given back (a NULL out-parameter)
  static constexpr std::int32_t any =
      INT32_MIN + 4;  // printed `*`: only in what the model allows, never in a trace
  static constexpr std::int32_t common = 1000;  // a mode: kCFRunLoopCommonModes

  Type type = Type::none;
  std::int32_t number = 0;

  friend constexpr bool operator==(const Value&, const Value&) = default;
};

constexpr Value make_value(Type type, std::int32_t number) {
  return Value{type, number};
}

// Object handles share one number line, so that CFRetain and CFRelease take any of them.
inline constexpr std::int32_t object_stride = 256;
enum class ObjectClass : std::uint8_t { port = 0, source = 1, loop = 2 };
constexpr Value make_object(ObjectClass object_class, std::int32_t index) {
  return make_value(Type::object, static_cast<std::int32_t>(object_class) * object_stride + index);
}
constexpr ObjectClass class_of(Value object) {
  return static_cast<ObjectClass>(object.number / object_stride);
}
constexpr std::int32_t index_of(Value object) {
  return object.number % object_stride;
}

// The context of a CFMachPortCreate… call, packed into a Value's number.
struct Context {
  enum class Retain : std::uint8_t {
    none,   // no retain function
    same,   // returns its argument: `retain`
    other,  // returns another info: `retain=I1`
    null,   // returns NULL: `retain=null`
  };

  std::int32_t info = Value::null;  // index, or Value::null
  Retain retain = Retain::none;
  std::int32_t retained = 0;  // the info that `other` returns
  bool release = false;
  bool copy_description = false;
  std::int32_t version = 0;  // 0..255; printed `version=7` when it is not 0

  friend constexpr bool operator==(const Context&, const Context&) = default;
};

// Indices of handles in text: beyond the limits a handle can be written, and is skipped or inconclusive.
inline constexpr std::int32_t handle_index_max = 250;

constexpr Value pack(const Context& context) {
  const std::uint32_t number =
      static_cast<std::uint32_t>(context.info == Value::null ? 255 : context.info) |
      static_cast<std::uint32_t>(context.retained) << 8 | static_cast<std::uint32_t>(context.version) << 16 |
      static_cast<std::uint32_t>(context.retain) << 24 | static_cast<std::uint32_t>(context.release) << 26 |
      static_cast<std::uint32_t>(context.copy_description) << 27;
  return make_value(Type::context, static_cast<std::int32_t>(number));
}

// Requires a value of type context that is not null.
constexpr Context unpack(Value value) {
  const auto number = static_cast<std::uint32_t>(value.number);
  const auto info = static_cast<std::int32_t>(number & 255);
  return Context{.info = info == 255 ? Value::null : info,
                 .retain = static_cast<Context::Retain>(number >> 24 & 3),
                 .retained = static_cast<std::int32_t>(number >> 8 & 255),
                 .release = (number >> 26 & 1) != 0,
                 .copy_description = (number >> 27 & 1) != 0,
                 .version = static_cast<std::int32_t>(number >> 16 & 255)};
}

// The words that values of the enumerated types stand for; a value's number is the index below.
enum class Invalidation : std::int32_t { inv, inv2 };
enum class Allocator : std::int32_t { observed, failing };
enum class ContextFunction : std::int32_t { given, sentinel };
enum class RunResult : std::int32_t { finished, stopped, timed_out, handled_source };
enum class Right : std::int32_t { send, receive, send_once, port_set, dead_name };
enum class Disposition : std::int32_t {
  move_receive,
  move_send,
  move_send_once,
  copy_send,
  make_send,
  make_send_once
};

enum class Notification : std::int32_t {
  dead_name,
  send_possible,
  no_senders,
  port_destroyed,
  port_deleted,
  send_once
};

// Return codes of Mach calls. Values of this list, not the kernel's numbers, stand in a Value.
enum class KernReturn : std::int32_t {
  success,
  invalid_address,
  no_space,
  invalid_argument,
  failure,
  resource_shortage,
  not_receiver,
  no_access,
  not_in_set,
  name_exists,
  invalid_name,
  invalid_task,
  invalid_right,
  invalid_value,
  urefs_overflow,
  invalid_capability,
  right_exists,
  already_in_set,
  send_invalid_data,
  send_invalid_dest,
  send_timed_out,
  send_invalid_reply,
  send_invalid_right,
  send_invalid_header,
  send_msg_too_small,
  send_invalid_type,
  rcv_invalid_name,
  rcv_timed_out,
  rcv_too_large,
  rcv_port_changed,
  rcv_port_died,
  rcv_invalid_data,
  rcv_in_set,
  mig_type_error,
  mig_bad_arguments,
};

// The bits of a value of type rights.
enum RightBits : std::int32_t {
  right_send = 1 << 0,
  right_receive = 1 << 1,
  right_send_once = 1 << 2,
  right_port_set = 1 << 3,
  right_dead_name = 1 << 4,
  right_dnrequest = 1 << 5,
};

}  // namespace portunus
