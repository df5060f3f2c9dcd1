# Toolchain file for what runs on GNU Mach: 32 bits, no libc, no exceptions. The compiler is the project's own, passed
# on by cmake/guest.cmake.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(PORTUNUS_GUEST ON)
set(common "-m32 -march=i686 -O2 -g -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables -ffunction-sections -U_FORTIFY_SOURCE")
set(CMAKE_C_FLAGS_INIT "${common}")
set(CMAKE_ASM_FLAGS_INIT "-m32")
# Templates of the standard library are compiled in rather than taken from it. Where its headers ask for the
# machine's <errno.h>, the 64-bit one will do.
set(CMAKE_CXX_FLAGS_INIT "${common} -fno-exceptions -fno-rtti -fno-threadsafe-statics -D_GLIBCXX_EXTERN_TEMPLATE=0 -idirafter /usr/include/x86_64-linux-gnu")
