// Target `text`: any bytes as a script, as a trace and as an event. What parses prints, and what it prints
// parses to the same again; what does not parse has an error with a place in the text.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

[[noreturn]] void fail(const char* what, std::string_view text) {
  std::fprintf(stderr, "%s:\n%.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

template <class T>
void check_round_trip(Parsed<T> (*parse)(std::string_view), std::string_view text) {
  const Parsed<T> parsed = parse(text);
  if (!parsed.value) {
    if (parsed.error.line == 0 || parsed.error.column == 0 || parsed.error.message.empty())
      fail("an error without a place or a message", text);
    return;
  }
  const std::string printed = print(*parsed.value);
  const Parsed<T> again = parse(printed);
  if (!again.value) fail("what was printed does not parse", printed);
  if (!(*again.value == *parsed.value)) fail("what was printed parses to something else", printed);
  if (print(*again.value) != printed) fail("what was parsed prints as something else", printed);
}

}  // namespace
}  // namespace portunus

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  portunus::check_round_trip(portunus::parse_script, text);
  portunus::check_round_trip(portunus::parse_trace, text);
  portunus::check_round_trip(portunus::parse_event, text);
  return 0;
}
