/* Darwin's values and layouts. Each group names the header of XNU's (osfmk/) that it was read from. */
#pragma once

#include <assert.h>
#include <mach/mach.h>
#include <mach/mk_timer.h>
#include <stddef.h>

#define SAME(what, value) static_assert((what) == (value), #what)
#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field)

/* mach/port.h: names and rights */
SAME(sizeof(mach_port_name_t), 4);
SAME(MACH_PORT_NULL, 0);
SAME(MACH_PORT_DEAD, 0xffffffffU);
SAME(MACH_PORT_INDEX(0x1234567U), 0x12345);
SAME(MACH_PORT_GEN(0x1234567U), 0x67000000);
SAME(MACH_PORT_MAKE(0x12345U, 0x67000000U), 0x1234567);
SAME(MACH_PORT_RIGHT_SEND, 0);
SAME(MACH_PORT_RIGHT_RECEIVE, 1);
SAME(MACH_PORT_RIGHT_SEND_ONCE, 2);
SAME(MACH_PORT_RIGHT_PORT_SET, 3);
SAME(MACH_PORT_RIGHT_DEAD_NAME, 4);
SAME(MACH_PORT_RIGHT_LABELH, 5);
SAME(MACH_PORT_RIGHT_NUMBER, 6);
SAME(MACH_PORT_TYPE_SEND, 0x10000U);
SAME(MACH_PORT_TYPE_RECEIVE, 0x20000U);
SAME(MACH_PORT_TYPE_SEND_ONCE, 0x40000U);
SAME(MACH_PORT_TYPE_PORT_SET, 0x80000U);
SAME(MACH_PORT_TYPE_DEAD_NAME, 0x100000U);
SAME(MACH_PORT_TYPE_SEND_RECEIVE, 0x30000U);
SAME(MACH_PORT_TYPE_SEND_RIGHTS, 0x50000U);
SAME(MACH_PORT_TYPE_PORT_RIGHTS, 0x70000U);
SAME(MACH_PORT_TYPE_PORT_OR_DEAD, 0x170000U);
SAME(MACH_PORT_TYPE_ALL_RIGHTS, 0x1f0000U);
SAME(MACH_PORT_TYPE_DNREQUEST, 0x80000000U);
SAME(MACH_PORT_TYPE_SPREQUEST, 0x40000000U);
SAME(MACH_PORT_TYPE_SPREQUEST_DELAYED, 0x20000000U);

/* mach/port.h: attributes */
SAME(MACH_PORT_QLIMIT_ZERO, 0);
SAME(MACH_PORT_QLIMIT_DEFAULT, 5);
SAME(MACH_PORT_QLIMIT_SMALL, 16);
SAME(MACH_PORT_QLIMIT_MAX, 1024);
SAME(MACH_PORT_LIMITS_INFO, 1);
SAME(MACH_PORT_RECEIVE_STATUS, 2);
SAME(MACH_PORT_DNREQUESTS_SIZE, 3);
SAME(MACH_PORT_TEMPOWNER, 4);
SAME(MACH_PORT_IMPORTANCE_RECEIVER, 5);
SAME(MACH_PORT_DENAP_RECEIVER, 6);
SAME(MACH_PORT_INFO_EXT, 7);
SAME(MACH_PORT_RECEIVE_STATUS_COUNT, 10);
SAME(MACH_PORT_LIMITS_INFO_COUNT, 1);
SAME(MACH_PORT_DNREQUESTS_SIZE_COUNT, 1);
SAME(MACH_PORT_INFO_EXT_COUNT, 17);
AT(mach_port_status_t, mps_pset, 0);
AT(mach_port_status_t, mps_seqno, 4);
AT(mach_port_status_t, mps_mscount, 8);
AT(mach_port_status_t, mps_qlimit, 12);
AT(mach_port_status_t, mps_msgcount, 16);
AT(mach_port_status_t, mps_sorights, 20);
AT(mach_port_status_t, mps_srights, 24);
AT(mach_port_status_t, mps_pdrequest, 28);
AT(mach_port_status_t, mps_nsrequest, 32);
AT(mach_port_status_t, mps_flags, 36);
AT(mach_port_info_ext_t, mpie_boost_cnt, 40);
SAME(MACH_PORT_STATUS_FLAG_TEMPOWNER, 1);
SAME(MACH_PORT_STATUS_FLAG_GUARDED, 2);
SAME(MACH_PORT_STATUS_FLAG_STRICT_GUARD, 4);
SAME(MACH_PORT_STATUS_FLAG_IMP_DONATION, 8);

/* mach/port.h: construction */
SAME(MPO_CONTEXT_AS_GUARD, 0x01);
SAME(MPO_QLIMIT, 0x02);
SAME(MPO_TEMPOWNER, 0x04);
SAME(MPO_IMPORTANCE_RECEIVER, 0x08);
SAME(MPO_INSERT_SEND_RIGHT, 0x10);
SAME(MPO_STRICT, 0x20);
SAME(MPO_DENAP_RECEIVER, 0x40);
SAME(MPO_IMMOVABLE_RECEIVE, 0x80);
SAME(MPO_FILTER_MSG, 0x100);
SAME(MPO_TG_BLOCK_TRACKING, 0x200);
SAME(sizeof(mach_port_options_t), 24);
AT(mach_port_options_t, mpl, 4);
AT(mach_port_options_t, reserved, 8);

/* mach/message.h: headers */
SAME(sizeof(mach_msg_header_t), 24);
AT(mach_msg_header_t, msgh_bits, 0);
AT(mach_msg_header_t, msgh_size, 4);
AT(mach_msg_header_t, msgh_remote_port, 8);
AT(mach_msg_header_t, msgh_local_port, 12);
AT(mach_msg_header_t, msgh_voucher_port, 16);
AT(mach_msg_header_t, msgh_id, 20);
SAME(sizeof(mach_msg_base_t), 28);
SAME(MACH_MSG_TYPE_PORT_NAME, 15);
SAME(MACH_MSG_TYPE_MOVE_RECEIVE, 16);
SAME(MACH_MSG_TYPE_MOVE_SEND, 17);
SAME(MACH_MSG_TYPE_MOVE_SEND_ONCE, 18);
SAME(MACH_MSG_TYPE_COPY_SEND, 19);
SAME(MACH_MSG_TYPE_MAKE_SEND, 20);
SAME(MACH_MSG_TYPE_MAKE_SEND_ONCE, 21);
SAME(MACH_MSG_TYPE_COPY_RECEIVE, 22);
SAME(MACH_MSGH_BITS(19, 21), 0x1513);
SAME(MACH_MSGH_BITS_SET(19, 21, 17, MACH_MSGH_BITS_COMPLEX), 0x80111513U);
SAME(MACH_MSGH_BITS_COMPLEX, 0x80000000U);
SAME(MACH_MSGH_BITS_USER, 0x801f1f1fU);

/* mach/message.h: descriptors */
SAME(MACH_MSG_PORT_DESCRIPTOR, 0);
SAME(MACH_MSG_OOL_DESCRIPTOR, 1);
SAME(MACH_MSG_OOL_PORTS_DESCRIPTOR, 2);
SAME(MACH_MSG_OOL_VOLATILE_DESCRIPTOR, 3);
SAME(MACH_MSG_GUARDED_PORT_DESCRIPTOR, 4);
SAME(MACH_MSG_PHYSICAL_COPY, 0);
SAME(MACH_MSG_VIRTUAL_COPY, 1);
SAME(MACH_MSG_ALLOCATE, 2);
SAME(MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, 1);
SAME(MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, 2);
SAME(MACH_MSG_GUARD_FLAGS_MASK, 3);
SAME(sizeof(mach_msg_port_descriptor_t), 12);
SAME(sizeof(mach_msg_type_descriptor_t), 12);
#if defined(__LP64__)
SAME(sizeof(mach_msg_ool_descriptor_t), 16);
SAME(sizeof(mach_msg_ool_ports_descriptor_t), 16);
SAME(sizeof(mach_msg_guarded_port_descriptor_t), 16);
AT(mach_msg_ool_descriptor_t, size, 12);
AT(mach_msg_ool_ports_descriptor_t, count, 12);
AT(mach_msg_guarded_port_descriptor_t, name, 12);
SAME(sizeof(mach_msg_context_trailer_t), 60);
SAME(sizeof(mach_msg_max_trailer_t), 68);
#else
SAME(sizeof(mach_msg_ool_descriptor_t), 12);
SAME(sizeof(mach_msg_ool_ports_descriptor_t), 12);
AT(mach_msg_ool_descriptor_t, size, 4);
SAME(sizeof(mach_msg_context_trailer_t), 56);
SAME(sizeof(mach_msg_max_trailer_t), 64);
#endif

/* mach/message.h: trailers */
SAME(sizeof(mach_msg_trailer_t), 8);
SAME(sizeof(mach_msg_seqno_trailer_t), 12);
SAME(sizeof(mach_msg_security_trailer_t), 20);
SAME(sizeof(mach_msg_audit_trailer_t), 52);
SAME(MACH_RCV_TRAILER_ELEMENTS(3), 0x03000000);
SAME(REQUESTED_TRAILER_SIZE(0), 8);
SAME(REQUESTED_TRAILER_SIZE(MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)), 52);

/* mach/message.h: options */
SAME(MACH_SEND_MSG, 1);
SAME(MACH_RCV_MSG, 2);
SAME(MACH_RCV_LARGE, 4);
SAME(MACH_RCV_LARGE_IDENTITY, 8);
SAME(MACH_SEND_TIMEOUT, 0x10);
SAME(MACH_SEND_OVERRIDE, 0x20);
SAME(MACH_SEND_INTERRUPT, 0x40);
SAME(MACH_SEND_NOTIFY, 0x80);
SAME(MACH_RCV_TIMEOUT, 0x100);
SAME(MACH_MSG_STRICT_REPLY, 0x200);
SAME(MACH_RCV_INTERRUPT, 0x400);
SAME(MACH_RCV_VOUCHER, 0x800);
SAME(MACH_RCV_GUARDED_DESC, 0x1000);

/* mach/message.h: codes */
SAME(MACH_SEND_INVALID_DATA, 0x10000002);
SAME(MACH_SEND_INVALID_DEST, 0x10000003);
SAME(MACH_SEND_TIMED_OUT, 0x10000004);
SAME(MACH_SEND_INVALID_VOUCHER, 0x10000005);
SAME(MACH_SEND_INTERRUPTED, 0x10000007);
SAME(MACH_SEND_MSG_TOO_SMALL, 0x10000008);
SAME(MACH_SEND_INVALID_REPLY, 0x10000009);
SAME(MACH_SEND_INVALID_RIGHT, 0x1000000a);
SAME(MACH_SEND_INVALID_MEMORY, 0x1000000c);
SAME(MACH_SEND_NO_BUFFER, 0x1000000d);
SAME(MACH_SEND_TOO_LARGE, 0x1000000e);
SAME(MACH_SEND_INVALID_TYPE, 0x1000000f);
SAME(MACH_SEND_INVALID_HEADER, 0x10000010);
SAME(MACH_RCV_INVALID_NAME, 0x10004002);
SAME(MACH_RCV_TIMED_OUT, 0x10004003);
SAME(MACH_RCV_TOO_LARGE, 0x10004004);
SAME(MACH_RCV_INTERRUPTED, 0x10004005);
SAME(MACH_RCV_PORT_CHANGED, 0x10004006);
SAME(MACH_RCV_INVALID_DATA, 0x10004008);
SAME(MACH_RCV_PORT_DIED, 0x10004009);
SAME(MACH_RCV_IN_SET, 0x1000400a);

/* mach/notify.h */
SAME(MACH_NOTIFY_PORT_DELETED, 65);
SAME(MACH_NOTIFY_SEND_POSSIBLE, 66);
SAME(MACH_NOTIFY_PORT_DESTROYED, 69);
SAME(MACH_NOTIFY_NO_SENDERS, 70);
SAME(MACH_NOTIFY_SEND_ONCE, 71);
SAME(MACH_NOTIFY_DEAD_NAME, 72);
SAME(MACH_NOTIFY_LAST, 77);
AT(mach_port_deleted_notification_t, not_port, 32);
AT(mach_send_possible_notification_t, not_port, 32);
AT(mach_dead_name_notification_t, not_port, 32);
AT(mach_dead_name_notification_t, trailer, 36);
AT(mach_no_senders_notification_t, not_count, 32);
AT(mach_send_once_notification_t, trailer, 24);
AT(mach_port_destroyed_notification_t, not_port, 28);
AT(mach_port_destroyed_notification_t, trailer, 40);

/* mach/kern_return.h */
SAME(KERN_SUCCESS, 0);
SAME(KERN_INVALID_ADDRESS, 1);
SAME(KERN_NO_SPACE, 3);
SAME(KERN_INVALID_ARGUMENT, 4);
SAME(KERN_FAILURE, 5);
SAME(KERN_RESOURCE_SHORTAGE, 6);
SAME(KERN_ALREADY_IN_SET, 11);
SAME(KERN_NOT_IN_SET, 12);
SAME(KERN_NAME_EXISTS, 13);
SAME(KERN_ABORTED, 14);
SAME(KERN_INVALID_NAME, 15);
SAME(KERN_INVALID_TASK, 16);
SAME(KERN_INVALID_RIGHT, 17);
SAME(KERN_INVALID_VALUE, 18);
SAME(KERN_UREFS_OVERFLOW, 19);
SAME(KERN_INVALID_CAPABILITY, 20);
SAME(KERN_RIGHT_EXISTS, 21);
SAME(KERN_TERMINATED, 37);
SAME(KERN_NOT_SUPPORTED, 46);
SAME(KERN_NOT_WAITING, 48);
SAME(KERN_OPERATION_TIMED_OUT, 49);
SAME(KERN_DENIED, 53);

/* mach/clock_types.h, mach/sync_policy.h, mach/task_special_ports.h, mach/vm_statistics.h, mach/error.h */
SAME(sizeof(mach_timespec_t), 8);
AT(mach_timespec_t, tv_nsec, 4);
SAME(SYSTEM_CLOCK, 0);
SAME(CALENDAR_CLOCK, 1);
SAME(SYNC_POLICY_FIFO, 0);
SAME(SYNC_POLICY_FIXED_PRIORITY, 1);
SAME(SYNC_POLICY_LIFO, 2);
SAME(SYNC_POLICY_MAX, 7);
SAME(TASK_KERNEL_PORT, 1);
SAME(TASK_BOOTSTRAP_PORT, 4);
SAME(VM_FLAGS_FIXED, 0);
SAME(VM_FLAGS_ANYWHERE, 1);
SAME(err_get_system(0x10000003), err_get_system(err_mach_ipc));

/* mach/mk_timer.h */
SAME(sizeof(mk_timer_expire_msg_t), 48);
AT(mk_timer_expire_msg_t, unused, 24);

/* mach_debug/ipc_info.h */
SAME(sizeof(ipc_info_space_t), 24);
SAME(sizeof(ipc_info_name_t), 28);
SAME(sizeof(ipc_info_tree_name_t), 36);
AT(ipc_info_name_t, iin_urefs, 12);
