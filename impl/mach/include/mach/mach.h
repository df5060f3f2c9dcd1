/* Everything that a client of Mach needs. */
#ifndef PORTUNUS_MACH_MACH_H
#define PORTUNUS_MACH_MACH_H

#include <mach/mach_init.h>
#include <mach/mach_port.h>
#include <mach/mach_time.h>
#include <mach/mach_types.h>
#include <mach/message.h>
#include <mach/notify.h>

#endif
