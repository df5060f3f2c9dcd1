// A text under construction: descriptions and log lines.
#pragma once

#include <CoreFoundation/CFString.h>

#include <cstdint>
#include <string_view>

#include "impl/cf/vector.h"

namespace portunus::cf {

// Levels of seam::log.
enum class LogLevel : std::uint8_t { error = 3, warning = 4 };

class Text {
 public:
  Text& add(std::string_view part);
  Text& add(CFStringRef string);
  Text& decimal(std::int64_t number);
  Text& hex(std::uint64_t number);  // no prefix
  Text& pointer(const void* pointer) { return add("0x").hex(reinterpret_cast<std::uintptr_t>(pointer)); }

  // The text so far, as a string that the caller owns.
  CFStringRef copy_string() const;
  // Logs the text so far.
  void log(LogLevel level);

 private:
  Vector<char> characters_;
};

}  // namespace portunus::cf
