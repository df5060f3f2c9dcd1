/* What MIG's stubs include and no Debian package brings: the reply port of the calling thread, memory, and
   mach_msg, which is the trap here. */
#pragma once

#include <mach/machine/vm_types.h>
#include <mach/message.h>
#include <mach/port.h>
#include <stddef.h>

void* memcpy(void* to, const void* from, size_t size);

mach_port_t mig_get_reply_port(void);
void mig_put_reply_port(mach_port_t port);
void mig_dealloc_reply_port(mach_port_t port);
/* Copies a string of up to size - 1 characters, and ends it; its length. */
size_t mig_strncpy(char* to, const char* from, size_t size);
/* Memory for what comes out of line. */
void mig_allocate(vm_offset_t* address, vm_size_t size);

#define mach_msg kernel_mach_msg
mach_msg_return_t kernel_mach_msg(mach_msg_header_t* message, mach_msg_option_t options,
                                  mach_msg_size_t send_size, mach_msg_size_t receive_size,
                                  mach_port_name_t receive, mach_msg_timeout_t milliseconds,
                                  mach_port_name_t notify);
