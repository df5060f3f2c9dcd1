// The part of CoreFoundation that this library implements: what a Mach port object needs to live.
#ifndef PORTUNUS_COREFOUNDATION_COREFOUNDATION_H
#define PORTUNUS_COREFOUNDATION_COREFOUNDATION_H

#include <CoreFoundation/CFArray.h>
#include <CoreFoundation/CFBase.h>
#include <CoreFoundation/CFDate.h>
#include <CoreFoundation/CFMachPort.h>
#include <CoreFoundation/CFRunLoop.h>
#include <CoreFoundation/CFString.h>

#endif
