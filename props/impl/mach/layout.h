/* Darwin's values and layouts. */
#pragma once

#include <assert.h>
#include <mach/mach.h>
#include <stddef.h>

#define SAME(what, value) static_assert((what) == (value), #what)
#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field)

SAME(sizeof(mach_port_name_t), 4);
SAME(MACH_PORT_DEAD, 0xffffffffU);
SAME(MACH_PORT_TYPE_SEND, 0x10000U);
SAME(MACH_PORT_TYPE_RECEIVE, 0x20000U);
SAME(MACH_PORT_TYPE_SEND_ONCE, 0x40000U);
SAME(MACH_PORT_TYPE_PORT_SET, 0x80000U);
SAME(MACH_PORT_TYPE_DEAD_NAME, 0x100000U);
SAME(MACH_PORT_TYPE_DNREQUEST, 0x80000000U);
SAME(MACH_PORT_TYPE_PORT_RIGHTS, 0x70000U);
SAME(MACH_PORT_QLIMIT_DEFAULT, 5);
SAME(MACH_PORT_QLIMIT_MAX, 1024);
SAME(MACH_PORT_RECEIVE_STATUS_COUNT, 10);
SAME(MACH_PORT_LIMITS_INFO_COUNT, 1);
AT(mach_port_status_t, mps_msgcount, 16);
AT(mach_port_status_t, mps_nsrequest, 32);

SAME(sizeof(mach_msg_header_t), 24);
AT(mach_msg_header_t, msgh_remote_port, 8);
AT(mach_msg_header_t, msgh_local_port, 12);
AT(mach_msg_header_t, msgh_voucher_port, 16);
AT(mach_msg_header_t, msgh_id, 20);
SAME(sizeof(mach_msg_base_t), 28);
SAME(sizeof(mach_msg_port_descriptor_t), 12);
SAME(sizeof(mach_msg_type_descriptor_t), 12);
#if defined(__LP64__)
SAME(sizeof(mach_msg_ool_descriptor_t), 16);
SAME(sizeof(mach_msg_ool_ports_descriptor_t), 16);
SAME(sizeof(mach_msg_guarded_port_descriptor_t), 16);
AT(mach_msg_ool_descriptor_t, size, 12);
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
SAME(sizeof(mach_msg_trailer_t), 8);
SAME(sizeof(mach_msg_seqno_trailer_t), 12);
SAME(sizeof(mach_msg_security_trailer_t), 20);
SAME(sizeof(mach_msg_audit_trailer_t), 52);
SAME(REQUESTED_TRAILER_SIZE(0), 8);
SAME(REQUESTED_TRAILER_SIZE(MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)), 52);

SAME(MACH_MSG_TYPE_MOVE_RECEIVE, 16);
SAME(MACH_MSG_TYPE_MOVE_SEND, 17);
SAME(MACH_MSG_TYPE_MOVE_SEND_ONCE, 18);
SAME(MACH_MSG_TYPE_COPY_SEND, 19);
SAME(MACH_MSG_TYPE_MAKE_SEND, 20);
SAME(MACH_MSG_TYPE_MAKE_SEND_ONCE, 21);
SAME(MACH_MSGH_BITS(19, 21), 0x1513);
SAME(MACH_MSGH_BITS_COMPLEX, 0x80000000U);
SAME(MACH_SEND_TIMEOUT, 0x10);
SAME(MACH_RCV_TIMEOUT, 0x100);
SAME(MACH_RCV_LARGE, 4);
SAME(MACH_SEND_INVALID_DEST, 0x10000003);
SAME(MACH_SEND_TIMED_OUT, 0x10000004);
SAME(MACH_SEND_INVALID_HEADER, 0x10000010);
SAME(MACH_RCV_INVALID_NAME, 0x10004002);
SAME(MACH_RCV_TIMED_OUT, 0x10004003);
SAME(MACH_RCV_TOO_LARGE, 0x10004004);
SAME(MACH_RCV_PORT_CHANGED, 0x10004006);
SAME(MACH_RCV_PORT_DIED, 0x10004009);

SAME(MACH_NOTIFY_PORT_DELETED, 65);
SAME(MACH_NOTIFY_SEND_POSSIBLE, 66);
SAME(MACH_NOTIFY_PORT_DESTROYED, 69);
SAME(MACH_NOTIFY_NO_SENDERS, 70);
SAME(MACH_NOTIFY_SEND_ONCE, 71);
SAME(MACH_NOTIFY_DEAD_NAME, 72);
AT(mach_dead_name_notification_t, not_port, 32);
AT(mach_dead_name_notification_t, trailer, 36);
AT(mach_no_senders_notification_t, not_count, 32);
AT(mach_send_once_notification_t, trailer, 24);
AT(mach_port_destroyed_notification_t, not_port, 28);
AT(mach_port_destroyed_notification_t, trailer, 40);

SAME(KERN_ALREADY_IN_SET, 11);
SAME(KERN_NOT_IN_SET, 12);
SAME(KERN_NAME_EXISTS, 13);
SAME(KERN_INVALID_NAME, 15);
SAME(KERN_INVALID_RIGHT, 17);
SAME(KERN_INVALID_VALUE, 18);
SAME(KERN_UREFS_OVERFLOW, 19);
SAME(KERN_INVALID_CAPABILITY, 20);
SAME(KERN_RIGHT_EXISTS, 21);
