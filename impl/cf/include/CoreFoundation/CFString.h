/* Strings, as far as mode names and descriptions need them. */
#ifndef PORTUNUS_COREFOUNDATION_CFSTRING_H
#define PORTUNUS_COREFOUNDATION_CFSTRING_H

#include <CoreFoundation/CFBase.h>

CF_EXTERN_C_BEGIN

typedef UInt32 CFStringEncoding;

/* The encodings that this library knows. */
enum { kCFStringEncodingASCII = 0x0600, kCFStringEncodingUTF8 = 0x08000100 };

CF_EXPORT CFTypeID CFStringGetTypeID(void);

/* NULL when the encoding is another one, when the bytes are not well formed in it, or without memory. */
CF_EXPORT CFStringRef CFStringCreateWithCString(CFAllocatorRef alloc, const char* cStr,
                                                CFStringEncoding encoding);
/* In UTF-16 units. */
CF_EXPORT CFIndex CFStringGetLength(CFStringRef theString);
/* Copies the text and a final 0. False, with nothing to rely on in the buffer, when it does not fit or cannot
   be said in the encoding. */
CF_EXPORT Boolean CFStringGetCString(CFStringRef theString, char* buffer, CFIndex bufferSize,
                                     CFStringEncoding encoding);
/* The string's own bytes, which live as long as it does; NULL when it has none in that encoding. */
CF_EXPORT const char* CFStringGetCStringPtr(CFStringRef theString, CFStringEncoding encoding);

/* A string that is never released, and is the same object for the same text. It ends with the world it was
   first asked for in: do not keep it in a static variable across worlds. */
#define CFSTR(cStr) __CFStringMakeConstantString("" cStr "")
CF_EXPORT CFStringRef __CFStringMakeConstantString(const char* cStr);

CF_EXTERN_C_END

#endif
