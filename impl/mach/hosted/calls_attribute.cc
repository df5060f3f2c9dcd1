// The calls of <mach/mach_port.h> that tell or set what a name or a space has beside its rights.
#include <mach/mach.h>

#include "impl/mach/hosted/attributes.h"
#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/guard.h"
#include "impl/mach/hosted/inspect.h"

using portunus::hosted::TaskCall;

extern "C" {

kern_return_t mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
                                       mach_port_name_array_t* members,
                                       mach_msg_type_number_t* members_count) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  std::vector<mach_port_name_t> list;
  const kern_return_t code = portunus::hosted::list_members(call.space(), name, list);
  if (code == KERN_SUCCESS) call.caller().regions.give_array(list, *members, *members_count);
  return code;
}

kern_return_t mach_port_names(ipc_space_t task, mach_port_name_array_t* names,
                              mach_msg_type_number_t* names_count, mach_port_type_array_t* types,
                              mach_msg_type_number_t* types_count) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  std::vector<mach_port_name_t> name_list;
  std::vector<mach_port_type_t> type_list;
  for (const auto [name, type] : portunus::hosted::list_names(call.kernel, call.space())) {
    name_list.push_back(name);
    type_list.push_back(type);
  }
  call.caller().regions.give_array(name_list, *names, *names_count);
  call.caller().regions.give_array(type_list, *types, *types_count);
  return KERN_SUCCESS;
}

kern_return_t mach_port_space_info(ipc_space_t task, ipc_info_space_t* space_info,
                                   ipc_info_name_array_t* table_info, mach_msg_type_number_t* table_count,
                                   ipc_info_tree_name_array_t* tree_info,
                                   mach_msg_type_number_t* tree_count) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  *space_info = portunus::hosted::describe_space(call.space());
  call.caller().regions.give_array(portunus::hosted::describe_names(call.kernel, call.space()), *table_info,
                                   *table_count);
  *tree_info = nullptr;
  *tree_count = 0;
  return KERN_SUCCESS;
}

kern_return_t mach_port_get_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t* count) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::get_attributes(call.space(), name, flavor, info, *count);
}

kern_return_t mach_port_set_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t count) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::set_attributes(call.kernel, call.space(), name, flavor, info, count);
}

kern_return_t mach_port_set_mscount(ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::set_make_send_count(call.space(), name, mscount);
}

kern_return_t mach_port_set_seqno(ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::set_sequence_number(call.space(), name, seqno);
}

kern_return_t mach_port_peek(ipc_space_t task, mach_port_name_t name, mach_msg_trailer_type_t trailer_type,
                             mach_port_seqno_t* seqno, mach_msg_size_t* msg_size, mach_msg_id_t* msg_id,
                             mach_msg_trailer_info_t trailer, mach_msg_type_number_t* trailer_size) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  portunus::hosted::Peek peeked = {.seqno = *seqno, .size = 0, .id = 0};
  const auto elements = static_cast<mach_msg_option_t>(trailer_type);
  const kern_return_t code =
      portunus::hosted::peek(call.space(), name, elements, peeked, trailer, *trailer_size);
  if (code != KERN_SUCCESS) return code;
  *seqno = peeked.seqno;
  *msg_size = peeked.size;
  *msg_id = peeked.id;
  return KERN_SUCCESS;
}

kern_return_t mach_port_get_context(ipc_space_t task, mach_port_name_t name, mach_port_context_t* context) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::get_context(call.space(), name, *context);
}

kern_return_t mach_port_set_context(ipc_space_t task, mach_port_name_t name, mach_port_context_t context) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::set_context(call.space(), name, context);
}

kern_return_t mach_port_guard(ipc_space_t task, mach_port_name_t name, mach_port_context_t guard,
                              boolean_t strict) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::guard(call.space(), name, guard, strict != 0);
}

kern_return_t mach_port_unguard(ipc_space_t task, mach_port_name_t name, mach_port_context_t guard) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::unguard(call.space(), name, guard);
}

kern_return_t mach_port_construct(ipc_space_t task, mach_port_options_ptr_t options,
                                  mach_port_context_t context, mach_port_name_t* name) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::construct(call.kernel, call.space(), *options, context, *name);
}

kern_return_t mach_port_destruct(ipc_space_t task, mach_port_name_t name, mach_port_delta_t srdelta,
                                 mach_port_context_t guard) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::destruct(call.kernel, call.space(), name, srdelta, guard);
}

}  // extern "C"
