#include "model/vocabulary/function.h"

#include <algorithm>
#include <array>

namespace portunus {
namespace {

using enum Type;

// In the order of the enumerations: a row's place is its id, which a test checks.
constexpr FunctionInfo kFunctions[] = {
    {Function::CFMachPortCreate,
     "CFMachPortCreate",
     port,
     4,
     {allocator, callout, context, out},
     2,
     {port, boolean}},
    {Function::CFMachPortCreateWithPort,
     "CFMachPortCreateWithPort",
     port,
     5,
     {allocator, name, callout, context, out},
     2,
     {port, boolean}},
    {Function::CFMachPortInvalidate, "CFMachPortInvalidate", none, 1, {port}, 0, {}},
    {Function::CFMachPortCreateRunLoopSource,
     "CFMachPortCreateRunLoopSource",
     source,
     3,
     {allocator, port, integer},
     1,
     {source}},
    {Function::CFMachPortSetInvalidationCallBack,
     "CFMachPortSetInvalidationCallBack",
     none,
     2,
     {port, invalidation},
     0,
     {}},
    {Function::CFMachPortGetInvalidationCallBack,
     "CFMachPortGetInvalidationCallBack",
     none,
     1,
     {port},
     1,
     {invalidation}},
    {Function::CFMachPortGetContext,
     "CFMachPortGetContext",
     none,
     1,
     {port},
     5,
     {integer, info, context_function, context_function, context_function}},
    {Function::CFMachPortGetPort, "CFMachPortGetPort", name, 1, {port}, 1, {name}},
    {Function::CFMachPortIsValid, "CFMachPortIsValid", none, 1, {port}, 1, {boolean}},
    {Function::CFRetain, "CFRetain", none, 1, {object}, 0, {}},
    {Function::CFRelease, "CFRelease", none, 1, {object}, 0, {}},
    {Function::CFGetRetainCount, "CFGetRetainCount", none, 1, {object}, 1, {integer}},
    {Function::CFRunLoopAddSource, "CFRunLoopAddSource", none, 3, {loop, source, mode}, 0, {}},
    {Function::CFRunLoopRemoveSource, "CFRunLoopRemoveSource", none, 3, {loop, source, mode}, 0, {}},
    {Function::CFRunLoopContainsSource,
     "CFRunLoopContainsSource",
     none,
     3,
     {loop, source, mode},
     1,
     {boolean}},
    {Function::CFRunLoopSourceIsValid, "CFRunLoopSourceIsValid", none, 1, {source}, 1, {boolean}},
    {Function::CFRunLoopRunInMode,
     "CFRunLoopRunInMode",
     none,
     3,
     {mode, milliseconds, boolean},
     1,
     {run_result}},
    {Function::CFEqual, "CFEqual", none, 2, {object, object}, 1, {boolean}},
    // Numbers of hashes and types, and texts, mean nothing outside the system that gave them. So of these
    // calls it is told: whether the hashes of two objects are the same, whether there was a text, and whether
    // the type is that of a CFMachPort.
    {Function::CFHash, "CFHash", none, 2, {object, object}, 1, {boolean}},
    {Function::CFCopyDescription, "CFCopyDescription", none, 1, {object}, 1, {boolean}},
    {Function::CFGetTypeID, "CFGetTypeID", none, 1, {object}, 1, {boolean}},
    {Function::CFMachPortGetQueuedMessageCount,
     "CFMachPortGetQueuedMessageCount",
     none,
     1,
     {port},
     1,
     {integer}},
    {Function::CFRunLoopSourceInvalidate, "CFRunLoopSourceInvalidate", none, 1, {source}, 0, {}},
    {Function::CFRunLoopSourceGetOrder, "CFRunLoopSourceGetOrder", none, 1, {source}, 1, {integer}},
    {Function::CFRunLoopStop, "CFRunLoopStop", none, 1, {loop}, 0, {}},
    {Function::CFRunLoopWakeUp, "CFRunLoopWakeUp", none, 1, {loop}, 0, {}},
    {Function::CFRunLoopIsWaiting, "CFRunLoopIsWaiting", none, 1, {loop}, 1, {boolean}},
    {Function::CFRunLoopCopyCurrentMode, "CFRunLoopCopyCurrentMode", none, 1, {loop}, 1, {mode}},
    {Function::CFRunLoopAddCommonMode, "CFRunLoopAddCommonMode", none, 2, {loop, mode}, 0, {}},
    {Function::CFRunLoopGetCurrent, "CFRunLoopGetCurrent", none, 0, {}, 1, {loop}},
    {Function::CFRunLoopGetMain, "CFRunLoopGetMain", none, 0, {}, 1, {loop}},
    {Function::mach_port_allocate, "mach_port_allocate", name, 1, {right}, 2, {kern_return, name}},
    {Function::mach_port_insert_right,
     "mach_port_insert_right",
     none,
     3,
     {name, name, disposition},
     1,
     {kern_return}},
    {Function::mach_port_mod_refs, "mach_port_mod_refs", none, 3, {name, right, integer}, 1, {kern_return}},
    {Function::mach_port_deallocate, "mach_port_deallocate", none, 1, {name}, 1, {kern_return}},
    {Function::mach_port_destroy, "mach_port_destroy", none, 1, {name}, 1, {kern_return}},
    {Function::mach_port_type, "mach_port_type", none, 1, {name}, 2, {kern_return, rights}},
    {Function::mach_port_get_refs, "mach_port_get_refs", none, 2, {name, right}, 2, {kern_return, integer}},
    {Function::mach_msg_send,
     "mach_msg_send",
     none,
     5,
     {name, disposition, integer, integer, milliseconds},
     1,
     {kern_return}},
    // A name that the task's space does not have, for those who choose names themselves. No call of the
    // kernel.
    {Function::mach_port_unused_name, "mach_port_unused_name", name, 0, {}, 1, {name}},
    {Function::mach_port_allocate_name, "mach_port_allocate_name", none, 2, {right, name}, 1, {kern_return}},
    {Function::mach_port_extract_right,
     "mach_port_extract_right",
     name,
     2,
     {name, disposition},
     3,
     {kern_return, name, disposition}},
    {Function::mach_port_insert_member, "mach_port_insert_member", none, 2, {name, name}, 1, {kern_return}},
    {Function::mach_port_extract_member, "mach_port_extract_member", none, 2, {name, name}, 1, {kern_return}},
    {Function::mach_port_move_member, "mach_port_move_member", none, 2, {name, name}, 1, {kern_return}},
    // How many members, and the names of the first eight that the script knows, in the order of their
    // handles.
    {Function::mach_port_get_set_status,
     "mach_port_get_set_status",
     none,
     1,
     {name},
     10,
     {kern_return, integer, name, name, name, name, name, name, name, name}},
    // MACH_PORT_RECEIVE_STATUS: in a set, seqno, mscount, qlimit, msgcount, sorights, srights, pdrequest,
    // nsrequest.
    {Function::mach_port_get_attributes,
     "mach_port_get_attributes",
     none,
     1,
     {name},
     10,
     {kern_return, boolean, integer, integer, integer, integer, integer, boolean, boolean, boolean}},
    // MACH_PORT_LIMITS_INFO: the queue limit.
    {Function::mach_port_set_attributes,
     "mach_port_set_attributes",
     none,
     2,
     {name, integer},
     1,
     {kern_return}},
    {Function::mach_port_set_mscount, "mach_port_set_mscount", none, 2, {name, integer}, 1, {kern_return}},
    {Function::mach_port_set_seqno, "mach_port_set_seqno", none, 2, {name, integer}, 1, {kern_return}},
    // The name, what is to be notified of, sync, and the right to notify; it gives the right registered
    // before.
    {Function::mach_port_request_notification,
     "mach_port_request_notification",
     name,
     5,
     {name, notification, integer, name, disposition},
     2,
     {kern_return, name}},
    // mach_msg, sending: destination, reply right, a right in the body (none if both its values are null),
    // id, and the time to wait for room. A message that comes back gives the names of the reply and body
    // rights.
    {Function::mach_msg_send_rights,
     "mach_msg_send_rights",
     name,
     8,
     {name, disposition, name, disposition, name, disposition, integer, milliseconds},
     3,
     {kern_return, name, name},
     name},
    // mach_msg, receiving: from a port or a set, the buffer's size, whether with MACH_RCV_LARGE, and the time
    // to wait. It gives id, size, the port it was sent to, the reply right, the right or name in the body,
    // the count in a no-senders notification, and the sequence number.
    {Function::mach_msg_receive,
     "mach_msg_receive",
     name,
     4,
     {name, integer, boolean, milliseconds},
     10,
     {kern_return, integer, integer, name, disposition, name, disposition, name, integer, integer},
     name},
};

constexpr CallbackInfo kCallbacks[] = {
    {Callback::retain, "retain", 1, {info}, 1, {info}, info, 0},
    {Callback::release, "release", 1, {info}, 0, {}, info, 0},
    {Callback::copyDescription, "copyDescription", 1, {info}, 0, {}, info, 0},
    {Callback::message, "message", 4, {port, integer, integer, info}, 0, {}, port, 0},
    {Callback::invalidation, "invalidation", 3, {invalidation, port, info}, 0, {}, port, 1},
};

template <class Row>
constexpr bool ids_are_places(std::span<const Row> rows, auto id) {
  for (std::size_t place = 0; place < rows.size(); ++place)
    if (static_cast<std::size_t>(id(rows[place])) != place) return false;
  return true;
}
static_assert(ids_are_places(std::span<const FunctionInfo>(kFunctions),
                             [](const FunctionInfo& row) { return row.function; }));
static_assert(ids_are_places(std::span<const CallbackInfo>(kCallbacks),
                             [](const CallbackInfo& row) { return row.callback; }));

}  // namespace

std::span<const FunctionInfo> functions() {
  return kFunctions;
}
std::span<const CallbackInfo> callbacks() {
  return kCallbacks;
}
const FunctionInfo& info(Function function) {
  return kFunctions[static_cast<std::size_t>(function)];
}
const CallbackInfo& info(Callback callback) {
  return kCallbacks[static_cast<std::size_t>(callback)];
}

std::optional<Function> find_function(std::string_view name) {
  const auto* row = std::ranges::find(kFunctions, name, &FunctionInfo::name);
  return row == std::end(kFunctions) ? std::nullopt : std::optional(row->function);
}

std::optional<Callback> find_callback(std::string_view name) {
  const auto* row = std::ranges::find(kCallbacks, name, &CallbackInfo::name);
  return row == std::end(kCallbacks) ? std::nullopt : std::optional(row->callback);
}

}  // namespace portunus
