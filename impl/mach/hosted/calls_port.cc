// The calls of <mach/mach_port.h> and <mach/mach_init.h>.
#include <mach/mach.h>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/names.h"
#include "impl/mach/hosted/request.h"
#include "impl/mach/hosted/transfer.h"

using portunus::hosted::Call;
using portunus::hosted::TaskCall;

namespace portunus::hosted {
namespace {

constexpr kern_return_t mig_type_error = -300;

// The notification right of a request, as the call's message brings it: a send-once right, or null to cancel.
Copyin copyin_notify(Kernel& kernel, Space& space, mach_port_name_t notify,
                     mach_msg_type_name_t disposition) {
  const bool send_once =
      disposition == MACH_MSG_TYPE_MAKE_SEND_ONCE || disposition == MACH_MSG_TYPE_MOVE_SEND_ONCE;
  if (!MACH_PORT_VALID(notify)) {
    const kern_return_t code = notify == MACH_PORT_NULL ? KERN_SUCCESS : KERN_INVALID_CAPABILITY;
    return Copyin{send_once ? code : mig_type_error, {}};
  }
  const Copyin in = copyin(kernel, space, notify, disposition);
  if (!send_once) {
    if (in.code != KERN_SUCCESS) return Copyin{MACH_SEND_INVALID_RIGHT, {}};
    release(kernel, in.right);
    return Copyin{mig_type_error, {}};
  }
  const Entry* const entry = space.find(notify);
  const bool dead = entry != nullptr && entry->type == MACH_PORT_TYPE_DEAD_NAME;
  if (dead || in.right.kind == RightKind::dead) return Copyin{KERN_INVALID_CAPABILITY, {}};
  return in;
}

}  // namespace
}  // namespace portunus::hosted

extern "C" {

mach_port_t mach_task_self(void) {
  Call call;
  return call.kernel.current_task().self;
}

mach_port_name_t mach_reply_port(void) {
  Call call;
  mach_port_name_t name = MACH_PORT_NULL;
  portunus::hosted::allocate(call.kernel, call.kernel.current_task().space, MACH_PORT_RIGHT_RECEIVE, name);
  return name;
}

kern_return_t mach_port_allocate(ipc_space_t task, mach_port_right_t right, mach_port_name_t* name) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::allocate(call.kernel, call.space(), right, *name);
}

kern_return_t mach_port_allocate_name(ipc_space_t task, mach_port_right_t right, mach_port_name_t name) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::allocate_name(call.kernel, call.space(), right, name);
}

kern_return_t mach_port_destroy(ipc_space_t task, mach_port_name_t name) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::destroy(call.kernel, call.space(), name);
}

kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::deallocate(call.kernel, call.space(), name);
}

kern_return_t mach_port_mod_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_delta_t delta) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::modify_references(call.kernel, call.space(), name, right, delta);
}

kern_return_t mach_port_get_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_urefs_t* refs) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::get_references(call.kernel, call.space(), name, right, *refs);
}

kern_return_t mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t* type) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::get_type(call.kernel, call.space(), name, *type);
}

kern_return_t mach_port_insert_right(ipc_space_t task, mach_port_name_t name, mach_port_t poly,
                                     mach_msg_type_name_t poly_poly) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::insert_right(call.kernel, call.caller().space, call.space(), name, poly,
                                        poly_poly);
}

kern_return_t mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
                                      mach_msg_type_name_t disposition, mach_port_t* poly,
                                      mach_msg_type_name_t* poly_poly) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  *poly_poly = portunus::hosted::received_disposition(disposition);
  return portunus::hosted::extract_right(call.kernel, call.space(), call.caller().space, name, disposition,
                                         *poly);
}

kern_return_t mach_port_insert_member(ipc_space_t task, mach_port_name_t name, mach_port_name_t pset) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::insert_member(call.kernel, call.space(), name, pset);
}

kern_return_t mach_port_extract_member(ipc_space_t task, mach_port_name_t name, mach_port_name_t pset) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::extract_member(call.space(), name, pset);
}

kern_return_t mach_port_move_member(ipc_space_t task, mach_port_name_t member, mach_port_name_t after) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::move_member(call.kernel, call.space(), member, after);
}

kern_return_t mach_port_request_notification(ipc_space_t task, mach_port_name_t name, mach_msg_id_t msgid,
                                             mach_port_mscount_t sync, mach_port_t notify,
                                             mach_msg_type_name_t notify_poly, mach_port_t* previous) {
  using namespace portunus::hosted;
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  const Copyin in = copyin_notify(call.kernel, call.caller().space, notify, notify_poly);
  if (in.code != KERN_SUCCESS) return in.code;
  const Requested requested = request_notification(call.kernel, call.space(), name, msgid, sync, in.right);
  if (requested.code == KERN_SUCCESS)
    *previous = copyout(call.kernel, call.caller().space, requested.previous);
  return requested.code;
}

}  // extern "C"
