// Which sanitizer this build runs under, in one way for clang and GCC.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PORTUNUS_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define PORTUNUS_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define PORTUNUS_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define PORTUNUS_TSAN 1
#endif

#if defined(PORTUNUS_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(PORTUNUS_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
