/* What the kernel's objects are called when a port stands for them. */
#ifndef PORTUNUS_MACH_MACH_TYPES_H
#define PORTUNUS_MACH_MACH_TYPES_H

#include <mach/boolean.h>
#include <mach/kern_return.h>
#include <mach/message.h>
#include <mach/notify.h>
#include <mach/port.h>
#include <mach/vm_types.h>

typedef mach_port_t task_t;
typedef mach_port_t thread_t;
typedef mach_port_t host_t;
typedef mach_port_t ipc_space_t;

#endif
