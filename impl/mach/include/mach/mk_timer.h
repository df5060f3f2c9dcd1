/* Timers that send a message when their time has come. */
#ifndef PORTUNUS_MACH_MK_TIMER_H
#define PORTUNUS_MACH_MK_TIMER_H

#include <mach/mach_time.h>
#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A receive right for the messages, which is the timer too; MACH_PORT_NULL if there is none to be had. */
mach_port_name_t mk_timer_create(void);
kern_return_t mk_timer_destroy(mach_port_name_t name);
/* At `expire_time`, in mach_absolute_time's ticks; at once if that is past. Arming again moves the time. */
kern_return_t mk_timer_arm(mach_port_name_t name, uint64_t expire_time);
/* `result_time`, if not null: when it would have expired, 0 if it was not armed. */
kern_return_t mk_timer_cancel(mach_port_name_t name, uint64_t* result_time);

#pragma pack(push, 4)
typedef struct mk_timer_expire_msg {
  mach_msg_header_t header;
  uint64_t unused[3];
} mk_timer_expire_msg_t;
#pragma pack(pop)

#ifdef __cplusplus
}
#endif

#endif
