/* Calls on names and rights. `task` is a right to the port of a task, the caller's own or another: names are
   that task's; rights that are passed are the caller's. */
#ifndef PORTUNUS_MACH_MACH_PORT_H
#define PORTUNUS_MACH_MACH_PORT_H

#include <mach/mach_types.h>
#include <mach_debug/ipc_info.h>

#ifdef __cplusplus
extern "C" {
#endif

kern_return_t mach_port_allocate(ipc_space_t task, mach_port_right_t right, mach_port_name_t* name);
kern_return_t mach_port_allocate_name(ipc_space_t task, mach_port_right_t right, mach_port_name_t name);
kern_return_t mach_port_destroy(ipc_space_t task, mach_port_name_t name);
kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name);
kern_return_t mach_port_mod_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_delta_t delta);
kern_return_t mach_port_get_refs(ipc_space_t task, mach_port_name_t name, mach_port_right_t right,
                                 mach_port_urefs_t* refs);
kern_return_t mach_port_type(ipc_space_t task, mach_port_name_t name, mach_port_type_t* type);

kern_return_t mach_port_insert_right(ipc_space_t task, mach_port_name_t name, mach_port_t poly,
                                     mach_msg_type_name_t poly_poly);
kern_return_t mach_port_extract_right(ipc_space_t task, mach_port_name_t name,
                                      mach_msg_type_name_t disposition, mach_port_t* poly,
                                      mach_msg_type_name_t* poly_poly);

kern_return_t mach_port_insert_member(ipc_space_t task, mach_port_name_t name, mach_port_name_t pset);
kern_return_t mach_port_extract_member(ipc_space_t task, mach_port_name_t name, mach_port_name_t pset);
kern_return_t mach_port_move_member(ipc_space_t task, mach_port_name_t member, mach_port_name_t after);

/* The names in order, in memory of the caller's that it gives back with vm_deallocate. */
kern_return_t mach_port_get_set_status(ipc_space_t task, mach_port_name_t name,
                                       mach_port_name_array_t* members,
                                       mach_msg_type_number_t* members_count);
kern_return_t mach_port_names(ipc_space_t task, mach_port_name_array_t* names,
                              mach_msg_type_number_t* names_count, mach_port_type_array_t* types,
                              mach_msg_type_number_t* types_count);
kern_return_t mach_port_space_info(ipc_space_t task, ipc_info_space_t* space_info,
                                   ipc_info_name_array_t* table_info, mach_msg_type_number_t* table_count,
                                   ipc_info_tree_name_array_t* tree_info, mach_msg_type_number_t* tree_count);

kern_return_t mach_port_get_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t* count);
kern_return_t mach_port_set_attributes(ipc_space_t task, mach_port_name_t name, mach_port_flavor_t flavor,
                                       mach_port_info_t info, mach_msg_type_number_t count);

kern_return_t mach_port_set_mscount(ipc_space_t task, mach_port_name_t name, mach_port_mscount_t mscount);
kern_return_t mach_port_set_seqno(ipc_space_t task, mach_port_name_t name, mach_port_seqno_t seqno);
kern_return_t mach_port_get_context(ipc_space_t task, mach_port_name_t name, mach_port_context_t* context);
kern_return_t mach_port_set_context(ipc_space_t task, mach_port_name_t name, mach_port_context_t context);

/* Looks at the queued message of that number, the first if it is 0, and leaves it. `trailer_type` is
   MACH_RCV_TRAILER_ELEMENTS(…); `trailer_size` in bytes: the room at `trailer`, then what was written. */
kern_return_t mach_port_peek(ipc_space_t task, mach_port_name_t name, mach_msg_trailer_type_t trailer_type,
                             mach_port_seqno_t* seqno, mach_msg_size_t* msg_size, mach_msg_id_t* msg_id,
                             mach_msg_trailer_info_t trailer, mach_msg_type_number_t* trailer_size);

/* A guard is a word without which the receive right cannot be ended. */
kern_return_t mach_port_guard(ipc_space_t task, mach_port_name_t name, mach_port_context_t guard,
                              boolean_t strict);
kern_return_t mach_port_unguard(ipc_space_t task, mach_port_name_t name, mach_port_context_t guard);
/* Makes a receive right with what the options say, and ends one together with send rights. */
kern_return_t mach_port_construct(ipc_space_t task, mach_port_options_ptr_t options,
                                  mach_port_context_t context, mach_port_name_t* name);
kern_return_t mach_port_destruct(ipc_space_t task, mach_port_name_t name, mach_port_delta_t srdelta,
                                 mach_port_context_t guard);

kern_return_t mach_port_request_notification(ipc_space_t task, mach_port_name_t name, mach_msg_id_t msgid,
                                             mach_port_mscount_t sync, mach_port_t notify,
                                             mach_msg_type_name_t notify_poly, mach_port_t* previous);

#ifdef __cplusplus
}
#endif

#endif
