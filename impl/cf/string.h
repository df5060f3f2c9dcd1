// Strings: UTF-8 text that never changes.
#pragma once

#include <CoreFoundation/CFString.h>

#include <string_view>

namespace portunus::cf {

// The text, in UTF-8. It lives as long as the string.
std::string_view string_bytes(CFStringRef string);

// A string of well-formed UTF-8, in one allocation; null without memory. The caller owns it.
CFStringRef create_string(CFAllocatorRef allocator, std::string_view text);

}  // namespace portunus::cf
