// Basic types, the operations that every object has, and allocators. Names, types and values are Apple's.
#ifndef PORTUNUS_COREFOUNDATION_CFBASE_H
#define PORTUNUS_COREFOUNDATION_CFBASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CF_EXTERN_C_BEGIN extern "C" {
#define CF_EXTERN_C_END }
#define CF_EXPORT extern
#else
#define CF_EXTERN_C_BEGIN
#define CF_EXTERN_C_END
#define CF_EXPORT extern
#endif

CF_EXTERN_C_BEGIN

typedef unsigned char Boolean;
typedef uint8_t UInt8;
typedef uint32_t UInt32;
typedef int32_t SInt32;

typedef unsigned long CFTypeID;
typedef unsigned long CFOptionFlags;
typedef unsigned long CFHashCode;
typedef signed long CFIndex;

typedef double CFTimeInterval; /* seconds */
typedef double CFAbsoluteTime; /* seconds since 1 January 2001 */

typedef const void* CFTypeRef;
typedef const struct __CFString* CFStringRef;
typedef const struct __CFAllocator* CFAllocatorRef;

enum { kCFNotFound = -1 };

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

/* ---- Every object ------------------------------------------------------------------------------------- */

/* NULL is undefined for all of these but where it is said. */
CF_EXPORT CFTypeID CFGetTypeID(CFTypeRef object);
CF_EXPORT CFStringRef CFCopyTypeIDDescription(CFTypeID type_id); /* "CFMachPort"; NULL for no type */
CF_EXPORT CFTypeRef CFRetain(CFTypeRef object);                  /* gives its argument */
CF_EXPORT void CFRelease(CFTypeRef object);                      /* the last one deallocates */
CF_EXPORT CFIndex CFGetRetainCount(CFTypeRef object);
CF_EXPORT Boolean CFEqual(CFTypeRef first, CFTypeRef second);
CF_EXPORT CFHashCode CFHash(CFTypeRef object);             /* equal objects have equal hashes */
CF_EXPORT CFStringRef CFCopyDescription(CFTypeRef object); /* a text for people; NULL gives NULL */
CF_EXPORT CFAllocatorRef CFGetAllocator(CFTypeRef object); /* NULL gives the default allocator */

/* ---- Allocators --------------------------------------------------------------------------------------- */

typedef const void* (*CFAllocatorRetainCallBack)(const void* info);
typedef void (*CFAllocatorReleaseCallBack)(const void* info);
typedef CFStringRef (*CFAllocatorCopyDescriptionCallBack)(const void* info);
typedef void* (*CFAllocatorAllocateCallBack)(CFIndex allocSize, CFOptionFlags hint, void* info);
typedef void* (*CFAllocatorReallocateCallBack)(void* ptr, CFIndex newsize, CFOptionFlags hint, void* info);
typedef void (*CFAllocatorDeallocateCallBack)(void* ptr, void* info);
typedef CFIndex (*CFAllocatorPreferredSizeCallBack)(CFIndex size, CFOptionFlags hint, void* info);

typedef struct {
  CFIndex version;
  void* info;
  CFAllocatorRetainCallBack retain;
  CFAllocatorReleaseCallBack release;
  CFAllocatorCopyDescriptionCallBack copyDescription;
  CFAllocatorAllocateCallBack allocate;
  CFAllocatorReallocateCallBack reallocate;
  CFAllocatorDeallocateCallBack deallocate;
  CFAllocatorPreferredSizeCallBack preferredSize;
} CFAllocatorContext;

CF_EXPORT const CFAllocatorRef kCFAllocatorDefault; /* NULL: a synonym of the system's allocator */
CF_EXPORT const CFAllocatorRef kCFAllocatorSystemDefault;
CF_EXPORT const CFAllocatorRef kCFAllocatorNull; /* never gives any memory */

CF_EXPORT CFTypeID CFAllocatorGetTypeID(void);
/* An allocator that lives in memory from `allocator` and hands out what `context` says. */
CF_EXPORT CFAllocatorRef CFAllocatorCreate(CFAllocatorRef allocator, CFAllocatorContext* context);
CF_EXPORT void* CFAllocatorAllocate(CFAllocatorRef allocator, CFIndex size, CFOptionFlags hint);
CF_EXPORT void CFAllocatorDeallocate(CFAllocatorRef allocator, void* ptr);
/* The caller sets context->version to 0 first. */
CF_EXPORT void CFAllocatorGetContext(CFAllocatorRef allocator, CFAllocatorContext* context);

CF_EXTERN_C_END

#endif
