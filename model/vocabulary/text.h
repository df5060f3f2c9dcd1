// The one text form of scripts and traces. Printer and parser are inverse: parse(print(x)) == x, and
// print(parse(t)) == t for every t that the printer made. docs/format.md is the grammar for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus {

// Where input is bad, counted from 1; column in bytes.
struct ParseError {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message;
};

template <class T>
struct Parsed {
  std::optional<T> value;  // empty exactly when there is an error
  ParseError error;
};

Parsed<Script> parse_script(std::string_view text);
Parsed<Trace> parse_trace(std::string_view text);
// One event line, without its newline, as it stands in a trace.
Parsed<Label> parse_event(std::string_view line);

std::string print(const Script& script);
std::string print(const Trace& trace);
std::string print(const Label& label);  // one line, no indentation, no newline
std::string print(const Value& value);
std::string print(const Step& step);  // the line of one step, for a block without its brace and body

std::string_view word(LogKind kind);
std::string_view word(LogLevel level);
std::string_view word(SkipReason reason);
std::string_view word(CrashKind kind);
std::string_view word(LabelKind kind);

}  // namespace portunus
