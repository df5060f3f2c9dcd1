/* Error codes for people. */
#ifndef PORTUNUS_MACH_MACH_ERROR_H
#define PORTUNUS_MACH_MACH_ERROR_H

#include <mach/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A short text, or one that says that the code is unknown. Never null; not to be freed. */
char* mach_error_string(mach_error_t error_value);

#ifdef __cplusplus
}
#endif

#endif
