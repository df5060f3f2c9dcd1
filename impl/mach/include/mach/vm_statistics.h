/* Where vm_allocate puts memory. */
#ifndef PORTUNUS_MACH_VM_STATISTICS_H
#define PORTUNUS_MACH_VM_STATISTICS_H

#define VM_FLAGS_FIXED 0x0000    /* at the address that is asked for */
#define VM_FLAGS_ANYWHERE 0x0001 /* where there is room */

#endif
