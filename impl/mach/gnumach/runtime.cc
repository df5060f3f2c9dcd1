// What a C++ program needs of its runtime and a machine without a libc does not have.
#include "impl/mach/gnumach/runtime.h"

#include <cstddef>
#include <cstdint>
#include <new>

#include "impl/mach/gnumach/memory.h"
#include "impl/mach/seam.h"

extern "C" {

// From the linker's script.
using Constructor = void (*)();
extern const Constructor portunus_constructors[];
extern const Constructor portunus_constructors_end[];

// The compiler may call these whatever the language; they are compiled so that it does not make one out of
// its own body.
void* memcpy(void* to, const void* from, std::size_t size) {
  void* const result = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size)::"memory");
  return result;
}

void* memset(void* to, int byte, std::size_t size) {
  void* const result = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
  return result;
}

void* memmove(void* to, const void* from, std::size_t size) {
  if (reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) >= size)
    return memcpy(to, from, size);
  auto* end = static_cast<unsigned char*>(to) + size;
  const auto* source = static_cast<const unsigned char*>(from) + size;
  while (size-- > 0) *--end = *--source;
  return to;
}

int memcmp(const void* a, const void* b, std::size_t size) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  for (; size > 0; --size, ++left, ++right)
    if (*left != *right) return *left < *right ? -1 : 1;
  return 0;
}

int bcmp(const void* a, const void* b, std::size_t size) {
  return memcmp(a, b, size);
}

void* memchr(const void* memory, int byte, std::size_t size) {
  const auto* at = static_cast<const unsigned char*>(memory);
  for (; size > 0; --size, ++at)
    if (*at == static_cast<unsigned char>(byte)) return const_cast<unsigned char*>(at);
  return nullptr;
}

std::size_t strlen(const char* text) {
  std::size_t size = 0;
  while (text[size] != '\0') ++size;
  return size;
}

// Nothing is destroyed at the end: a task ends as a whole.
int __cxa_atexit(void (*)(void*), void*, void*) {
  return 0;
}
void* __dso_handle = nullptr;

void __cxa_pure_virtual() {
  portunus::seam::trap();
}

[[noreturn]] void abort() {
  portunus::seam::trap();
}

}  // extern "C"

void* operator new(std::size_t size) {
  void* const memory = portunus::gnumach::allocate_memory(size);
  if (memory == nullptr) portunus::seam::trap();
  return memory;
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void operator delete(void* memory) noexcept {
  portunus::gnumach::free_memory(memory);
}
void operator delete[](void* memory) noexcept {
  portunus::gnumach::free_memory(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  portunus::gnumach::free_memory(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  portunus::gnumach::free_memory(memory);
}

// Where the standard library would throw.
namespace std {

[[noreturn]] void __throw_length_error(const char*) {
  portunus::seam::trap();
}
[[noreturn]] void __throw_logic_error(const char*) {
  portunus::seam::trap();
}
[[noreturn]] void __throw_bad_alloc() {
  portunus::seam::trap();
}
[[noreturn]] void __throw_bad_array_new_length() {
  portunus::seam::trap();
}
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) {
  portunus::seam::trap();
}
[[noreturn]] void __throw_bad_optional_access() {
  portunus::seam::trap();
}
[[noreturn]] void __throw_bad_variant_access(const char*) {
  portunus::seam::trap();
}
[[noreturn]] void __throw_bad_function_call() {
  portunus::seam::trap();
}

}  // namespace std

namespace portunus::gnumach {

void run_constructors() {
  for (const Constructor* constructor = portunus_constructors; constructor != portunus_constructors_end;
       ++constructor)
    (*constructor)();
}

}  // namespace portunus::gnumach
