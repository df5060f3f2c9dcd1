/* Arrays, as far as a client needs them to read what CFRunLoopCopyAllModes gives. */
#ifndef PORTUNUS_COREFOUNDATION_CFARRAY_H
#define PORTUNUS_COREFOUNDATION_CFARRAY_H

#include <CoreFoundation/CFBase.h>

CF_EXTERN_C_BEGIN

typedef const struct __CFArray* CFArrayRef;

CF_EXPORT CFTypeID CFArrayGetTypeID(void);
CF_EXPORT CFIndex CFArrayGetCount(CFArrayRef theArray);
/* Not retained for the caller. Traps for an index that is not in the array. */
CF_EXPORT const void* CFArrayGetValueAtIndex(CFArrayRef theArray, CFIndex idx);

CF_EXTERN_C_END

#endif
