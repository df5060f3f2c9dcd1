// Holds kernel.h against the kernel's own headers and MIG's: a declaration that differed from theirs, of a
// function with C linkage, would not compile, and the layouts are compared here.

extern "C" {
#include <mach/exception.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <mach/task_special_ports.h>
#include <mach/thread_info.h>
#include <mach/thread_status.h>
#include <mach/thread_switch.h>
#include <mach/vm_inherit.h>

#include <stubs/gnumach.h>
#include <stubs/mach.h>
#include <stubs/mach_host.h>
#include <stubs/mach_i386.h>
#include <stubs/mach_port.h>
}

#include <cstddef>

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {

static_assert(sizeof(MessageHeader) == sizeof(mach_msg_header_t));
static_assert(offsetof(MessageHeader, remote) == offsetof(mach_msg_header_t, msgh_remote_port));
static_assert(offsetof(MessageHeader, local) == offsetof(mach_msg_header_t, msgh_local_port));
static_assert(offsetof(MessageHeader, id) == offsetof(mach_msg_header_t, msgh_id));
static_assert(sizeof(TypeWord) == sizeof(mach_msg_type_t));
static_assert(sizeof(LongType) == sizeof(mach_msg_type_long_t));
static_assert(send_option == MACH_SEND_MSG && receive_option == MACH_RCV_MSG);
static_assert(send_timeout_option == MACH_SEND_TIMEOUT && receive_timeout_option == MACH_RCV_TIMEOUT);
static_assert(receive_large_option == MACH_RCV_LARGE);
static_assert(byte_type == MACH_MSG_TYPE_BYTE && name_type == MACH_MSG_TYPE_PORT_NAME);

static_assert(set_right == MACH_PORT_RIGHT_PORT_SET && dead_right == MACH_PORT_RIGHT_DEAD_NAME);
static_assert(sizeof(PortStatus) == sizeof(mach_port_status_t));
static_assert(offsetof(PortStatus, msgcount) == offsetof(mach_port_status_t, mps_msgcount));

static_assert(sizeof(ThreadInfo) == sizeof(thread_basic_info));
static_assert(offsetof(ThreadInfo, run_state) == offsetof(thread_basic_info, run_state));
static_assert(basic_info == THREAD_BASIC_INFO && waiting_state == TH_STATE_WAITING);
static_assert(sizeof(Registers) == sizeof(i386_thread_state));
static_assert(offsetof(Registers, eip) == offsetof(i386_thread_state, eip));
static_assert(offsetof(Registers, uesp) == offsetof(i386_thread_state, uesp));
static_assert(registers_flavor == i386_REGS_SEGS_STATE);

static_assert(exception_port == TASK_EXCEPTION_PORT);
static_assert(share_inheritance == VM_INHERIT_SHARE);
static_assert(wait_option == SWITCH_OPTION_WAIT);

}  // namespace portunus::gnumach
