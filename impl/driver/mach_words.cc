#include "impl/driver/mach_words.h"

#include <mach/notify.h>

namespace portunus::driver {
namespace {

// From <mach/mig_errors.h>, which not every system has. A stub gives it, not a kernel.
constexpr kern_return_t kMigTypeError = -300;
constexpr kern_return_t kMigBadArguments = -304;

struct CodeRow {
  kern_return_t code;
  KernReturn word;
};

constexpr CodeRow kCodes[] = {
    {KERN_SUCCESS, KernReturn::success},
    {KERN_INVALID_ADDRESS, KernReturn::invalid_address},
    {KERN_NO_SPACE, KernReturn::no_space},
    {KERN_INVALID_ARGUMENT, KernReturn::invalid_argument},
    {KERN_FAILURE, KernReturn::failure},
    {KERN_RESOURCE_SHORTAGE, KernReturn::resource_shortage},
    {KERN_NOT_RECEIVER, KernReturn::not_receiver},
    {KERN_NO_ACCESS, KernReturn::no_access},
    {KERN_NOT_IN_SET, KernReturn::not_in_set},
    {KERN_NAME_EXISTS, KernReturn::name_exists},
    {KERN_INVALID_NAME, KernReturn::invalid_name},
    {KERN_INVALID_TASK, KernReturn::invalid_task},
    {KERN_INVALID_RIGHT, KernReturn::invalid_right},
    {KERN_INVALID_VALUE, KernReturn::invalid_value},
    {KERN_UREFS_OVERFLOW, KernReturn::urefs_overflow},
    {KERN_INVALID_CAPABILITY, KernReturn::invalid_capability},
    {KERN_RIGHT_EXISTS, KernReturn::right_exists},
    {KERN_ALREADY_IN_SET, KernReturn::already_in_set},
    {MACH_SEND_INVALID_DATA, KernReturn::send_invalid_data},
    {MACH_SEND_INVALID_DEST, KernReturn::send_invalid_dest},
    {MACH_SEND_TIMED_OUT, KernReturn::send_timed_out},
    {MACH_SEND_INVALID_REPLY, KernReturn::send_invalid_reply},
    {MACH_SEND_INVALID_RIGHT, KernReturn::send_invalid_right},
    {MACH_SEND_INVALID_HEADER, KernReturn::send_invalid_header},
    {MACH_SEND_MSG_TOO_SMALL, KernReturn::send_msg_too_small},
    {MACH_SEND_INVALID_TYPE, KernReturn::send_invalid_type},
    {MACH_RCV_INVALID_NAME, KernReturn::rcv_invalid_name},
    {MACH_RCV_TIMED_OUT, KernReturn::rcv_timed_out},
    {MACH_RCV_TOO_LARGE, KernReturn::rcv_too_large},
    {MACH_RCV_PORT_CHANGED, KernReturn::rcv_port_changed},
    {MACH_RCV_PORT_DIED, KernReturn::rcv_port_died},
    {MACH_RCV_INVALID_DATA, KernReturn::rcv_invalid_data},
    {MACH_RCV_IN_SET, KernReturn::rcv_in_set},
    {kMigTypeError, KernReturn::mig_type_error},
    {kMigBadArguments, KernReturn::mig_bad_arguments},
};

struct TypeRow {
  mach_port_type_t bit;
  RightBits word;
};

constexpr TypeRow kTypes[] = {
    {MACH_PORT_TYPE_SEND, right_send},           {MACH_PORT_TYPE_RECEIVE, right_receive},
    {MACH_PORT_TYPE_SEND_ONCE, right_send_once}, {MACH_PORT_TYPE_PORT_SET, right_port_set},
    {MACH_PORT_TYPE_DEAD_NAME, right_dead_name}, {MACH_PORT_TYPE_DNREQUEST, right_dnrequest},
};

struct DispositionRow {
  mach_msg_type_name_t number;
  Disposition word;
};

constexpr DispositionRow kDispositions[] = {
    {MACH_MSG_TYPE_MOVE_RECEIVE, Disposition::move_receive},
    {MACH_MSG_TYPE_MOVE_SEND, Disposition::move_send},
    {MACH_MSG_TYPE_MOVE_SEND_ONCE, Disposition::move_send_once},
    {MACH_MSG_TYPE_COPY_SEND, Disposition::copy_send},
    {MACH_MSG_TYPE_MAKE_SEND, Disposition::make_send},
    {MACH_MSG_TYPE_MAKE_SEND_ONCE, Disposition::make_send_once},
};

}  // namespace

Value kern_return_value(kern_return_t code) {
  for (const CodeRow& row : kCodes)
    if (row.code == code) return make_value(Type::kern_return, static_cast<std::int32_t>(row.word));
  return make_value(Type::kern_return, Value::other);
}

Value rights_value(mach_port_type_t bits) {
  std::int32_t words = 0;
  for (const TypeRow& row : kTypes)
    if ((bits & row.bit) != 0) words |= row.word;
  return make_value(Type::rights, words);
}

mach_port_right_t mach_right(Right right) {
  switch (right) {
    case Right::send:
      return MACH_PORT_RIGHT_SEND;
    case Right::receive:
      return MACH_PORT_RIGHT_RECEIVE;
    case Right::send_once:
      return MACH_PORT_RIGHT_SEND_ONCE;
    case Right::port_set:
      return MACH_PORT_RIGHT_PORT_SET;
    case Right::dead_name:
      break;
  }
  return MACH_PORT_RIGHT_DEAD_NAME;
}

Value disposition_value(mach_msg_type_name_t disposition) {
  if (disposition == MACH_MSG_TYPE_PORT_NONE) return make_value(Type::disposition, Value::null);
  for (const DispositionRow& row : kDispositions)
    if (row.number == disposition) return make_value(Type::disposition, static_cast<std::int32_t>(row.word));
  return make_value(Type::disposition, Value::other);
}

mach_msg_type_name_t mach_disposition(Value disposition) {
  for (const DispositionRow& row : kDispositions)
    if (disposition.number == static_cast<std::int32_t>(row.word)) return row.number;
  return MACH_MSG_TYPE_PORT_NONE;
}

mach_msg_id_t mach_notification(Notification notification) {
  switch (notification) {
    case Notification::dead_name:
      return MACH_NOTIFY_DEAD_NAME;
    case Notification::send_possible:
      return MACH_NOTIFY_SEND_POSSIBLE;
    case Notification::no_senders:
      return MACH_NOTIFY_NO_SENDERS;
    case Notification::port_destroyed:
      return MACH_NOTIFY_PORT_DESTROYED;
    case Notification::port_deleted:
      return MACH_NOTIFY_PORT_DELETED;
    case Notification::send_once:
      break;
  }
  return MACH_NOTIFY_SEND_ONCE;
}

}  // namespace portunus::driver
