/* The scalar types that every other Mach header builds on. */
#ifndef PORTUNUS_MACH_VM_TYPES_H
#define PORTUNUS_MACH_VM_TYPES_H

#include <stdint.h>

typedef unsigned int natural_t;
typedef int integer_t;

typedef uintptr_t vm_offset_t;
typedef uintptr_t vm_address_t;
typedef uintptr_t vm_size_t;

#endif
