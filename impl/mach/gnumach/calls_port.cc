// The calls of <mach/mach_port.h> and <mach/mach_init.h>: GNU Mach's own where it has them, else made of
// them.
#include <mach/mach.h>

#include <cstring>
#include <vector>

#include "impl/mach/gnumach/arrival.h"
#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/mach/gnumach/membership.h"
#include "impl/mach/gnumach/names.h"
#include "impl/mach/gnumach/thread.h"

namespace {

namespace gnumach = portunus::gnumach;

// What every call begins with.
void enter() {
  gnumach::note_activity();
  gnumach::schedule_point();
}

// Bits of GNU Mach's that Darwin gives another meaning are left out (facts gnumach 7).
constexpr mach_port_type_t shared_type_bits = MACH_PORT_TYPE_ALL_RIGHTS | MACH_PORT_TYPE_DNREQUEST;

bool is_set(mach_port_name_t name) {
  std::uint32_t type = 0;
  return gnumach::kernel_mach_port_type(gnumach::task_self(), name, &type) == KERN_SUCCESS &&
         (type & MACH_PORT_TYPE_PORT_SET) != 0;
}

kern_return_t receive_status(ipc_space_t task, mach_port_name_t name, mach_port_status_t& status) {
  gnumach::PortStatus found = {};
  const kern_return_t code = gnumach::kernel_receive_status(task, name, found);
  if (code != KERN_SUCCESS) return code;
  status = {.mps_pset = gnumach::sets_of(name) != 0 ? 1u : 0u,
            .mps_seqno = found.seqno,
            .mps_mscount = found.mscount,
            .mps_qlimit = found.qlimit,
            .mps_msgcount = found.msgcount,
            .mps_sorights = found.send_once_rights,
            .mps_srights = found.send_rights,
            .mps_pdrequest = found.port_destroyed_request,
            .mps_nsrequest = found.no_senders_request,
            .mps_flags = 0};
  return KERN_SUCCESS;
}

template <class Info>
kern_return_t give(const Info& value, mach_port_info_t info, mach_msg_type_number_t* count) {
  constexpr mach_msg_type_number_t words = sizeof(Info) / sizeof(integer_t);
  if (*count < words) return KERN_FAILURE;
  std::memcpy(info, &value, sizeof value);
  *count = words;
  return KERN_SUCCESS;
}

}  // namespace

extern "C" {

mach_port_t mach_task_self(void) {
  return gnumach::task_self();
}

mach_port_name_t mach_reply_port(void) {
  mach_port_name_t name = MACH_PORT_NULL;
  const kern_return_t code = mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name);
  return code == KERN_SUCCESS ? name : MACH_PORT_NULL;
}

kern_return_t mach_port_allocate(ipc_space_t task, mach_port_right_t right, mach_port_name_t* name) {
  enter();
  const mach_port_name_t fresh = gnumach::fresh_name();
  const kern_return_t code = gnumach::kernel_mach_port_allocate_name(task, right, fresh);
  if (code == KERN_SUCCESS) *name = fresh;
  return code;
}

kern_return_t mach_port_allocate_name(ipc_space_t task, mach_port_right_t right, mach_port_name_t name) {
  enter();
  return gnumach::kernel_mach_port_allocate_name(task, right, name);
}

kern_return_t mach_port_destroy(ipc_space_t task, mach_port_name_t name) {
  enter();
  if (is_set(name)) gnumach::prepare_end_of_set(name);
  const kern_return_t code = gnumach::kernel_mach_port_destroy(task, name);
  gnumach::forget_if_gone(name);
  return code;
}

kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name) {
  enter();
  return gnumach::kernel_mach_port_deallocate(task, name);
}

kern_return_t mach_port_mod_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_delta_t delta) {
  enter();
  if (right == MACH_PORT_RIGHT_PORT_SET && delta == -1 && is_set(name)) gnumach::prepare_end_of_set(name);
  const kern_return_t code = gnumach::kernel_mach_port_mod_refs(task, name, right, delta);
  if (right == MACH_PORT_RIGHT_RECEIVE) gnumach::forget_if_gone(name);
  return code;
}

kern_return_t mach_port_get_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_urefs_t* refs) {
  enter();
  return gnumach::kernel_mach_port_get_refs(task, name, right, refs);
}

kern_return_t mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t* type) {
  enter();
  const kern_return_t code = gnumach::kernel_mach_port_type(task, name, type);
  if (code == KERN_SUCCESS) *type &= shared_type_bits;
  return code;
}

// The trap, as on Darwin: by a message, a right that cannot be read in would be told as a message's error.
kern_return_t mach_port_insert_right(ipc_space_t task, mach_port_name_t name, mach_port_t poly,
                                     mach_msg_type_name_t poly_poly) {
  enter();
  const kern_return_t code = gnumach::kernel_insert_right(task, name, poly, poly_poly);
  if (poly_poly == MACH_MSG_TYPE_MOVE_RECEIVE) gnumach::forget_if_gone(poly);
  // Where it went to its own name, it has left its sets all the same (facts mach-xnu 1).
  if (poly_poly == MACH_MSG_TYPE_MOVE_RECEIVE && code == KERN_SUCCESS && name == poly)
    gnumach::move_member(poly, MACH_PORT_NULL);
  return code;
}

kern_return_t mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
                                      mach_msg_type_name_t disposition, mach_port_t* poly,
                                      mach_msg_type_name_t* poly_poly) {
  enter();
  const kern_return_t code =
      gnumach::kernel_mach_port_extract_right(task, name, disposition, poly, poly_poly);
  if (code == KERN_SUCCESS) *poly = gnumach::name_arrived(*poly, *poly_poly);
  if (code == KERN_SUCCESS && disposition == MACH_MSG_TYPE_MOVE_RECEIVE) {
    // It has left its sets, even where it came back under its old name.
    gnumach::move_member(*poly, MACH_PORT_NULL);
    gnumach::forget_if_gone(name);
  }
  return code;
}

kern_return_t mach_port_insert_member(ipc_space_t, mach_port_name_t name, mach_port_name_t pset) {
  enter();
  return gnumach::insert_member(name, pset);
}

kern_return_t mach_port_extract_member(ipc_space_t, mach_port_name_t name, mach_port_name_t pset) {
  enter();
  return gnumach::extract_member(name, pset);
}

kern_return_t mach_port_move_member(ipc_space_t, mach_port_name_t member, mach_port_name_t after) {
  enter();
  return gnumach::move_member(member, after);
}

kern_return_t mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
                                       mach_port_name_array_t* members,
                                       mach_msg_type_number_t* members_count) {
  enter();
  std::vector<mach_port_name_t> names;
  if (const kern_return_t code = gnumach::list_members(name, names); code != KERN_SUCCESS) return code;
  const std::size_t bytes = names.size() * sizeof(mach_port_name_t);
  vm_address_t memory = 0;
  if (bytes > 0) {
    const kern_return_t code = vm_allocate(task, &memory, bytes, VM_FLAGS_ANYWHERE);
    if (code != KERN_SUCCESS) return code;
    std::memcpy(reinterpret_cast<void*>(memory), names.data(), bytes);
  }
  *members = reinterpret_cast<mach_port_name_array_t>(memory);
  *members_count = static_cast<mach_msg_type_number_t>(names.size());
  return KERN_SUCCESS;
}

kern_return_t mach_port_get_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t* count) {
  enter();
  if (flavor != MACH_PORT_LIMITS_INFO && flavor != MACH_PORT_RECEIVE_STATUS) return KERN_INVALID_ARGUMENT;
  mach_port_status_t status = {};
  const kern_return_t code = receive_status(task, name, status);
  if (code != KERN_SUCCESS) return code;
  if (flavor == MACH_PORT_RECEIVE_STATUS) return give(status, info, count);
  return give(mach_port_limits_t{.mpl_qlimit = status.mps_qlimit}, info, count);
}

kern_return_t mach_port_set_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t count) {
  enter();
  if (flavor != MACH_PORT_LIMITS_INFO) return KERN_INVALID_ARGUMENT;
  if (count < MACH_PORT_LIMITS_INFO_COUNT) return KERN_FAILURE;
  mach_port_limits_t limits = {};
  std::memcpy(&limits, info, sizeof limits);
  return gnumach::kernel_mach_port_set_qlimit(task, name, limits.mpl_qlimit);
}

kern_return_t mach_port_set_mscount(ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount) {
  enter();
  return gnumach::kernel_mach_port_set_mscount(task, name, mscount);
}

kern_return_t mach_port_set_seqno(ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno) {
  enter();
  return gnumach::kernel_mach_port_set_seqno(task, name, seqno);
}

// This kernel has no guards: a port is destructed without one.
kern_return_t mach_port_destruct(ipc_space_t task, mach_port_name_t name, mach_port_delta_t srdelta,
                                 mach_port_context_t guard) {
  if (guard != 0) return KERN_INVALID_ARGUMENT;
  if (srdelta != 0) {
    const kern_return_t code = mach_port_mod_refs(task, name, MACH_PORT_RIGHT_SEND, srdelta);
    if (code != KERN_SUCCESS) return code;
  }
  return mach_port_mod_refs(task, name, MACH_PORT_RIGHT_RECEIVE, -1);
}

kern_return_t mach_port_request_notification(ipc_space_t task, mach_port_name_t name, mach_msg_id_t msgid,
                                             mach_port_mscount_t sync, mach_port_t notify,
                                             mach_msg_type_name_t notify_poly, mach_port_t* previous) {
  enter();
  const kern_return_t code =
      gnumach::kernel_mach_port_request_notification(task, name, msgid, sync, notify, notify_poly, previous);
  if (code == KERN_SUCCESS) *previous = gnumach::name_arrived(*previous, MACH_MSG_TYPE_PORT_SEND_ONCE);
  return code;
}

}  // extern "C"
