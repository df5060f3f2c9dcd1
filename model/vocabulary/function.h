// The API functions that a script may call, and the client callbacks that they may call back. One row each:
// the text form, the driver's dispatch and the model's steps all read these tables, so that a function is
// named, and its parameters are listed, in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/vocabulary/value.h"

namespace portunus {

enum class Function : std::uint8_t {
  CFMachPortCreate,
  CFMachPortCreateWithPort,
  CFMachPortInvalidate,
  CFMachPortCreateRunLoopSource,
  CFMachPortSetInvalidationCallBack,
  CFMachPortGetInvalidationCallBack,
  CFMachPortGetContext,
  CFMachPortGetPort,
  CFMachPortIsValid,
  CFRetain,
  CFRelease,
  CFGetRetainCount,
  CFRunLoopAddSource,
  CFRunLoopRemoveSource,
  CFRunLoopContainsSource,
  CFRunLoopSourceIsValid,
  CFRunLoopRunInMode,
  CFEqual,
  CFHash,
  CFCopyDescription,
  CFGetTypeID,
  CFMachPortGetQueuedMessageCount,
  CFRunLoopSourceInvalidate,
  CFRunLoopSourceGetOrder,
  CFRunLoopStop,
  CFRunLoopWakeUp,
  CFRunLoopIsWaiting,
  CFRunLoopCopyCurrentMode,
  CFRunLoopAddCommonMode,
  CFRunLoopGetCurrent,
  CFRunLoopGetMain,
  mach_port_allocate,
  mach_port_insert_right,
  mach_port_mod_refs,
  mach_port_deallocate,
  mach_port_destroy,
  mach_port_type,
  mach_port_get_refs,
  mach_msg_send,
  mach_port_unused_name,
  mach_port_allocate_name,
  mach_port_extract_right,
  mach_port_insert_member,
  mach_port_extract_member,
  mach_port_move_member,
  mach_port_get_set_status,
  mach_port_get_attributes,
  mach_port_set_attributes,
  mach_port_set_mscount,
  mach_port_set_seqno,
  mach_port_request_notification,
  mach_msg_send_rights,
  mach_msg_receive,
};

enum class Callback : std::uint8_t { retain, release, copyDescription, message, invalidation };

inline constexpr int arguments_max = 10;
inline constexpr int results_max = 10;

struct FunctionInfo {
  Function function;
  std::string_view name;
  Type bind;  // the handle that the call may bring into being (`P0 = …`); none if it makes nothing
  std::uint8_t argument_count;
  Type arguments[arguments_max];
  std::uint8_t result_count;
  Type results[results_max];
  Type second = Type::none;  // another handle that the call may bring into being (`N1, N2 = …`)
};

struct CallbackInfo {
  Callback callback;
  std::string_view name;
  std::uint8_t argument_count;
  Type arguments[arguments_max];
  std::uint8_t result_count;
  Type results[results_max];
  Type subject;                   // what an `on` block or an `await` names
  std::uint8_t subject_argument;  // which argument that is
};

std::span<const FunctionInfo> functions();
std::span<const CallbackInfo> callbacks();
const FunctionInfo& info(Function function);
const CallbackInfo& info(Callback callback);
std::optional<Function> find_function(std::string_view name);
std::optional<Callback> find_callback(std::string_view name);

}  // namespace portunus
