// The files that a verb is given: read within bounds, and parsed. What is wrong with one is a message, not an
// exception.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus::tool {

template <class T>
struct Loaded {
  std::optional<T> value;  // empty exactly when there is an error
  std::string error;       // `FILE:LINE:COLUMN: what`, or `FILE: what`
};

// A file of text. Reading stops at the first byte or the first line that no file of ours has, so that the
// parser meets it and the rest of a huge or a binary file is never read.
Loaded<std::string> load_text(const std::string& file);

Loaded<Script> load_script(const std::string& file);
Loaded<Trace> load_trace(const std::string& file);
// Either; the first line tells which.
Loaded<std::variant<Script, Trace>> load_script_or_trace(const std::string& file);

// Writes a whole file; an empty string, or what went wrong.
std::string write_file(const std::string& file, const std::string& text);

}  // namespace portunus::tool
