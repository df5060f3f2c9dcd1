#include "impl/cf/string.h"

#include <CoreFoundation/CFRunLoop.h>

#include <cstring>
#include <new>

#include "impl/cf/library.h"
#include "impl/cf/runtime.h"

namespace portunus::cf {
namespace {

bool equal_strings(const Instance* first, const Instance* second);
CFHashCode hash_string(const Instance* instance);
CFStringRef describe_string(const Instance* instance);

constexpr Class string_class = {.type = type_string,
                                .finalize = nullptr,
                                .equal = equal_strings,
                                .hash = hash_string,
                                .describe = describe_string};

}  // namespace
}  // namespace portunus::cf

// The characters and a final 0 stand behind the object, or in the program for constant strings.
struct __CFString : portunus::cf::Instance {
  constexpr __CFString() : Instance(portunus::cf::string_class) {}
  constexpr explicit __CFString(std::string_view constant)
      : Instance(portunus::cf::string_class), text(constant) {
    immortal = true;
  }

  std::string_view text;
};

namespace portunus::cf {
namespace {

bool equal_strings(const Instance* first, const Instance* second) {
  return static_cast<const __CFString*>(first)->text == static_cast<const __CFString*>(second)->text;
}

CFHashCode hash_string(const Instance* instance) {
  CFHashCode hash = 5381;
  for (const char character : static_cast<const __CFString*>(instance)->text) {
    hash = hash * 33 + static_cast<unsigned char>(character);
  }
  return hash;
}

CFStringRef describe_string(const Instance* instance) {
  return retain(static_cast<const __CFString*>(instance));
}

bool is_ascii(std::string_view text) {
  for (const char character : text) {
    if ((static_cast<unsigned char>(character) & 0x80) != 0) return false;
  }
  return true;
}

// How many bytes the character has that begins with `lead`; 0 for a byte that begins none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

// The least value of the second byte after `lead`, so that no character has two forms, and the greatest, so
// that it is neither a surrogate nor beyond Unicode.
bool second_byte_fits(unsigned char lead, unsigned char second) {
  const unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return least <= second && second <= most;
}

bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || length > text.size() - at) return false;
    for (std::size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if ((byte & 0xc0) != 0x80 || (i == 1 && !second_byte_fits(lead, byte))) return false;
    }
    at += length;
  }
  return true;
}

bool can_be_said(std::string_view text, CFStringEncoding encoding) {
  if (encoding == kCFStringEncodingUTF8) return is_utf8(text);
  return encoding == kCFStringEncodingASCII && is_ascii(text);
}

constinit __CFString default_mode{std::string_view("kCFRunLoopDefaultMode")};
constinit __CFString common_modes{std::string_view("kCFRunLoopCommonModes")};

}  // namespace

std::string_view string_bytes(CFStringRef string) {
  return string->text;
}

CFStringRef create_string(CFAllocatorRef allocator, std::string_view text) {
  void* memory = allocate_instance(allocator, sizeof(__CFString) + text.size() + 1);
  if (memory == nullptr) return nullptr;
  auto* string = new (memory) __CFString;
  string->allocator = allocator;
  char* characters = static_cast<char*>(memory) + sizeof(__CFString);
  if (!text.empty()) std::memcpy(characters, text.data(), text.size());
  characters[text.size()] = '\0';
  string->text = std::string_view(characters, text.size());
  return string;
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace seam = portunus::seam;

const CFRunLoopMode kCFRunLoopDefaultMode = &default_mode;
const CFRunLoopMode kCFRunLoopCommonModes = &common_modes;

CFTypeID CFStringGetTypeID() {
  return type_string;
}

CFStringRef CFStringCreateWithCString(CFAllocatorRef alloc, const char* cStr, CFStringEncoding encoding) {
  const std::string_view text(cStr);
  return can_be_said(text, encoding) ? create_string(alloc, text) : nullptr;
}

CFIndex CFStringGetLength(CFStringRef theString) {
  CFIndex units = 0;
  for (const char character : theString->text) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

Boolean CFStringGetCString(CFStringRef theString, char* buffer, CFIndex bufferSize,
                           CFStringEncoding encoding) {
  const std::string_view text = theString->text;
  if (bufferSize <= 0 || static_cast<std::size_t>(bufferSize) <= text.size()) return FALSE;
  if (!can_be_said(text, encoding)) return FALSE;
  std::memcpy(buffer, text.data(), text.size() + 1);
  return TRUE;
}

const char* CFStringGetCStringPtr(CFStringRef theString, CFStringEncoding encoding) {
  return can_be_said(theString->text, encoding) ? theString->text.data() : nullptr;
}

CFStringRef __CFStringMakeConstantString(const char* cStr) {
  Library& lib = library();
  const seam::Lock lock(lib.constant_strings_lock);
  for (const CFStringRef known : lib.constant_strings) {
    if (known->text == cStr) return known;
  }
  const CFStringRef made = create_string(nullptr, cStr);
  if (made == nullptr) seam::trap();
  const_cast<__CFString*>(made)->immortal = true;
  lib.constant_strings.push_back(made);
  return made;
}
