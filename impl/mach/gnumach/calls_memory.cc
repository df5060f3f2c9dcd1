// The calls of <mach/vm_map.h> that messages need.
#include <mach/mach.h>

#include "impl/mach/gnumach/kernel/kernel.h"

using namespace portunus::gnumach;

extern "C" {

kern_return_t vm_allocate(vm_map_t target_task, vm_address_t* address, vm_size_t size, int flags) {
  return kernel_vm_allocate(target_task, address, size, (flags & VM_FLAGS_ANYWHERE) != 0 ? 1 : 0);
}

kern_return_t vm_deallocate(vm_map_t target_task, vm_address_t address, vm_size_t size) {
  return kernel_vm_deallocate(target_task, address, size);
}

}  // extern "C"
