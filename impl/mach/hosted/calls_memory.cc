// The calls of <mach/vm_map.h>.
#include <mach/mach.h>

#include "impl/mach/hosted/calls.h"

using portunus::hosted::TaskCall;

extern "C" {

kern_return_t vm_allocate(vm_map_t target_task, vm_address_t* address, vm_size_t size, int flags) {
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return call.task().regions.allocate(*address, size, (flags & VM_FLAGS_ANYWHERE) == 0);
}

kern_return_t vm_deallocate(vm_map_t target_task, vm_address_t address, vm_size_t size) {
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return call.task().regions.deallocate(address, size);
}

}  // extern "C"
