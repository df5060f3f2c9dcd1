#include "impl/sut/event_text.h"

#include "impl/sut/trace_head.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus {

bool read_events(std::string_view text, std::vector<Label>& events) {
  while (!text.empty()) {
    if (!events.empty() && ends_trace(events.back())) return false;
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos || events.size() == limits::events) return false;
    const Parsed<Label> label = parse_event(text.substr(0, newline));
    if (!label.value || label.value->thread >= limits::threads) return false;
    events.push_back(*label.value);
    text.remove_prefix(newline + 1);
  }
  return true;
}

ThreadId last_thread(const std::vector<Label>& events, ThreadId main) {
  return events.empty() ? main : events.back().thread;
}

void end_events(std::vector<Label>& events, const Label& last) {
  if (!events.empty() && ends_trace(events.back())) events.pop_back();
  if (events.size() >= limits::events) events.resize(limits::events - 1);
  events.push_back(last);
}

}  // namespace portunus
