/* The current time, as far as timers need it. */
#ifndef PORTUNUS_COREFOUNDATION_CFDATE_H
#define PORTUNUS_COREFOUNDATION_CFDATE_H

#include <CoreFoundation/CFBase.h>

CF_EXTERN_C_BEGIN

/* Here it is the machine's clock, which never goes back, and whose zero is not 1 January 2001: Mach's clock
   is all that this library has. It is for dates relative to now. */
CF_EXPORT CFAbsoluteTime CFAbsoluteTimeGetCurrent(void);

CF_EXTERN_C_END

#endif
