#include "impl/driver/log_kind.h"

#include <string_view>

namespace portunus::driver {
namespace {

struct Phrase {
  std::string_view words;
  LogKind kind;
};

// The first phrase that is found decides: a text about a refused callback may go on to speak of rights.
constexpr Phrase kPhrases[] = {
    {"thwarted", LogKind::thwarted},
    {"mysterious", LogKind::bad_port},
    {"watch record", LogKind::watch_record},
    {"source is gone", LogKind::source_gone},
    {"source gone", LogKind::source_gone},
    {"common modes", LogKind::common_modes_run},
    {"kCFRunLoopCommonModes", LogKind::common_modes_run},
    {"receive right", LogKind::no_receive_right},
    {"send right", LogKind::no_send_rights},
};

}  // namespace

LogKind classify_log(const char* text) {
  const std::string_view line(text);
  for (const Phrase& phrase : kPhrases)
    if (line.find(phrase.words) != std::string_view::npos) return phrase.kind;
  return LogKind::other;
}

LogLevel log_level(int level) {
  if (level <= 3) return LogLevel::error;
  if (level == 4) return LogLevel::warning;
  if (level <= 6) return LogLevel::info;
  return LogLevel::debug;
}

}  // namespace portunus::driver
