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
typedef mach_port_t thread_act_t;
typedef mach_port_t host_t;
typedef mach_port_t ipc_space_t;
typedef mach_port_t vm_map_t;
typedef mach_port_t semaphore_t;
typedef mach_port_t clock_serv_t;
typedef thread_act_t* thread_act_array_t;

#define TASK_NULL ((task_t)0)
#define THREAD_NULL ((thread_t)0)
#define HOST_NULL ((host_t)0)
#define SEMAPHORE_NULL ((semaphore_t)0)

#endif
