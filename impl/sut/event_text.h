// Events as lines of text that another process tells. Nothing that it says is believed.
#pragma once

#include <string_view>
#include <vector>

#include "model/vocabulary/label.h"

namespace portunus {

// Appends the events that whole lines tell, as far as they are good. False where one is no event, is on a
// thread that there is not, follows the end of a trace, or is one more than a trace holds.
bool read_events(std::string_view text, std::vector<Label>& events);

// The thread of the last event; `main` where there is none.
ThreadId last_thread(const std::vector<Label>& events, ThreadId main);

// Makes `last` the last event, in the place of others where the trace is full or had ended already.
void end_events(std::vector<Label>& events, const Label& last);

}  // namespace portunus
