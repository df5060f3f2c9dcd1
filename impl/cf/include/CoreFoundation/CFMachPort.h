/* The Mach port object. */
#ifndef PORTUNUS_COREFOUNDATION_CFMACHPORT_H
#define PORTUNUS_COREFOUNDATION_CFMACHPORT_H

#include <CoreFoundation/CFRunLoop.h>
#include <mach/port.h>

CF_EXTERN_C_BEGIN

typedef struct __CFMachPort* CFMachPortRef;

typedef struct {
  CFIndex version;
  void* info;
  const void* (*retain)(const void* info);
  void (*release)(const void* info);
  CFStringRef (*copyDescription)(const void* info);
} CFMachPortContext;

/* `size` is the message's msgh_size: the trailer is not counted. */
typedef void (*CFMachPortCallBack)(CFMachPortRef port, void* msg, CFIndex size, void* info);
typedef void (*CFMachPortInvalidationCallBack)(CFMachPortRef port, void* info);

CF_EXPORT CFTypeID CFMachPortGetTypeID(void);

/* *shouldFreeInfo tells whether the caller still has to free context->info: when no object was made. */
CF_EXPORT CFMachPortRef CFMachPortCreate(CFAllocatorRef allocator, CFMachPortCallBack callout,
                                         CFMachPortContext* context, Boolean* shouldFreeInfo);
CF_EXPORT CFMachPortRef CFMachPortCreateWithPort(CFAllocatorRef allocator, mach_port_t portNum,
                                                 CFMachPortCallBack callout, CFMachPortContext* context,
                                                 Boolean* shouldFreeInfo);

CF_EXPORT mach_port_t CFMachPortGetPort(CFMachPortRef port);
CF_EXPORT void CFMachPortGetContext(CFMachPortRef port, CFMachPortContext* context);
CF_EXPORT void CFMachPortInvalidate(CFMachPortRef port);
CF_EXPORT Boolean CFMachPortIsValid(CFMachPortRef port);
CF_EXPORT CFMachPortInvalidationCallBack CFMachPortGetInvalidationCallBack(CFMachPortRef port);
CF_EXPORT void CFMachPortSetInvalidationCallBack(CFMachPortRef port, CFMachPortInvalidationCallBack callout);
CF_EXPORT CFRunLoopSourceRef CFMachPortCreateRunLoopSource(CFAllocatorRef allocator, CFMachPortRef port,
                                                           CFIndex order);

/* Not in Apple's public headers, but exported: how many messages wait; 0 without a receive right. */
CF_EXPORT CFIndex CFMachPortGetQueuedMessageCount(CFMachPortRef port);

CF_EXTERN_C_END

#endif
