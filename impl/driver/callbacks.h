// The client's callbacks: what the driver gives a CoreFoundation to call back. Each tells `enter` first thing
// and `exit` last thing, and does in between what the script's `on` blocks say.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include "model/vocabulary/value.h"

namespace portunus::driver {

// Values of types callout and invalidation, null included.
CFMachPortCallBack callout_function(Value callout);
CFMachPortInvalidationCallBack invalidation_function(Value invalidation);
// The value that stands for the function; `other` for one that is not ours.
Value invalidation_value(CFMachPortInvalidationCallBack function);

// The context for a call: `context` is of type context, not null. How the retain function answers is told by
// which function it is, so that contexts with the same info do not disturb each other.
CFMachPortContext make_context(Value context, void* info);

// How CFMachPortGetContext shows a function: null, given (one of ours), sentinel, other.
Value context_function_value(const void* (*retain)(const void*));
Value context_function_value(void (*release)(const void*));
Value context_function_value(CFStringRef (*copy_description)(const void*));

}  // namespace portunus::driver
