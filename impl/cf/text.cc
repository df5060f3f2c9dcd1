#include "impl/cf/text.h"

#include <array>

#include "impl/cf/string.h"

namespace portunus::cf {
namespace {

// The digits of `number` in `base`, in the end of `room`.
std::string_view digits(std::uint64_t number, unsigned base, std::array<char, 20>& room) {
  std::size_t first = room.size();
  do {
    room[--first] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number != 0);
  return {room.data() + first, room.size() - first};
}

}  // namespace

Text& Text::add(std::string_view part) {
  for (const char character : part) characters_.push_back(character);
  return *this;
}

Text& Text::add(CFStringRef string) {
  return add(string_bytes(string));
}

Text& Text::decimal(std::int64_t number) {
  std::array<char, 20> room;
  if (number < 0) add("-");
  const auto magnitude = static_cast<std::uint64_t>(number);
  return add(digits(number < 0 ? 0 - magnitude : magnitude, 10, room));
}

Text& Text::hex(std::uint64_t number) {
  std::array<char, 20> room;
  return add(digits(number, 16, room));
}

CFStringRef Text::copy_string() const {
  return create_string(nullptr, std::string_view(characters_.begin(), characters_.size()));
}

void Text::log(LogLevel level) {
  characters_.push_back('\0');
  seam::log(static_cast<int>(level), characters_.begin());
}

}  // namespace portunus::cf
