/* The headers are C headers, too. */
#include "props/impl/mach/layout.h"

int layout_checked_as_c(void);
int layout_checked_as_c(void) { return sizeof(mach_msg_header_t) == 24; }
