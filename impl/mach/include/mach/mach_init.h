/* What a task has from its beginning. */
#ifndef PORTUNUS_MACH_MACH_INIT_H
#define PORTUNUS_MACH_MACH_INIT_H

#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name of the caller's task. A function, where Darwin has a macro over a variable. */
mach_port_t mach_task_self(void);

/* The names of the caller's thread and of the host. Each call adds a user reference. */
thread_t mach_thread_self(void);
host_t mach_host_self(void);

/* A new receive right, to get replies on; MACH_PORT_NULL if there is none to be had. */
mach_port_name_t mach_reply_port(void);

#ifdef __cplusplus
}
#endif

#endif
