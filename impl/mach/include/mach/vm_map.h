/* Calls on a task's memory. */
#ifndef PORTUNUS_MACH_VM_MAP_H
#define PORTUNUS_MACH_VM_MAP_H

#include <mach/mach_types.h>
#include <mach/vm_statistics.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed memory, in whole pages; none, and address 0, for size 0. */
kern_return_t vm_allocate(vm_map_t target_task, vm_address_t* address, vm_size_t size, int flags);
/* Every page that the range touches. */
kern_return_t vm_deallocate(vm_map_t target_task, vm_address_t address, vm_size_t size);

#ifdef __cplusplus
}
#endif

#endif
