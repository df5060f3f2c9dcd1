// What a log line is about. The texts are each CoreFoundation's own; the kinds are the vocabulary's.
#pragma once

#include "model/vocabulary/label.h"

namespace portunus::driver {

// The kind of a log line, by a phrase that every wording of it has; `other` where none is found.
LogKind classify_log(const char* text);

// `level` as in ASL: 0 to 3 errors, 4 a warning, 5 and 6 information, above that debugging.
LogLevel log_level(int level);

}  // namespace portunus::driver
