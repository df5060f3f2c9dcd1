#include "impl/sut/gnumach/batch.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "model/vocabulary/limits.h"

namespace portunus::gnumach {
namespace {

// Room for limits::events lines of the length that the longest ones really have.
constexpr std::size_t trace_bytes_max = std::size_t{16} << 20;

bool is_plain(char byte) {
  return byte >= ' ' && byte <= '~';
}

// Takes `word` and a space off the front; false if they do not stand there.
bool skip_word(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ') return false;
  line.remove_prefix(word.size() + 1);
  return true;
}

// Takes a number off the front, in the one way in which it is printed.
std::optional<std::size_t> take_number(std::string_view& line) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc() || (digits > 1 && line.front() == '0')) return std::nullopt;
  line.remove_prefix(digits);
  return number;
}

}  // namespace

std::string print_batch(const Setting& setting, std::span<const std::string> scripts) {
  std::string text = "portunus-batch 1\nedition ";
  text.append(setting.edition).append("\nfault ").append(setting.fault.empty() ? "none" : setting.fault);
  text += "\nschedule " + std::to_string(setting.schedule);
  text += "\nscripts " + std::to_string(scripts.size()) + "\n";
  for (const std::string& script : scripts) text += "script " + std::to_string(script.size()) + "\n" + script;
  return text;
}

Report::Sense Report::take(std::string_view bytes) {
  heard_ = heard_ || !bytes.empty();
  while (!bytes.empty() && sense_ == Sense::good) {
    if (state_ == State::events) {
      bytes = take_events(bytes);
      continue;
    }
    const std::size_t size = std::min(bytes.find('\n'), bytes.size());
    line_ += bytes.substr(0, size);
    if (line_.size() > limits::line_length || !std::ranges::all_of(line_, is_plain)) {
      sense_ = Sense::garbage;
    } else if (size < bytes.size()) {
      sense_ = take_line(line_);
      line_.clear();
    }
    bytes.remove_prefix(std::min(size + 1, bytes.size()));
  }
  return sense_;
}

// Gives back what follows the events.
std::string_view Report::take_events(std::string_view bytes) {
  const std::size_t size = std::min(left_, bytes.size());
  told_.back().events += bytes.substr(0, size);
  left_ -= size;
  if (left_ == 0) {
    told_.back().whole = true;
    state_ = State::between;
  }
  return bytes.substr(size);
}

Report::Sense Report::take_line(std::string_view line) {
  if (skip_word(line, "error")) {
    error_ = line;
    return Sense::garbage;
  }
  switch (state_) {
    case State::greeting:
      state_ = State::kernel;
      return line == "portunus-guest 1" ? Sense::good : Sense::garbage;
    case State::kernel:
      state_ = State::between;
      if (!skip_word(line, "kernel")) return Sense::garbage;
      kernel_ = line;
      return Sense::good;
    case State::between:
      return take_between(line);
    case State::begun:
      return take_trace(line);
    case State::events:
    case State::over:
      break;
  }
  return Sense::garbage;
}

Report::Sense Report::take_between(std::string_view line) {
  const bool all = told_.size() == scripts_;
  if (all && line == "end") {
    state_ = State::over;
    return Sense::good;
  }
  if (all || !skip_word(line, "begin") || take_number(line) != told_.size() || !line.empty())
    return Sense::garbage;
  told_.emplace_back();
  state_ = State::begun;
  return Sense::good;
}

Report::Sense Report::take_trace(std::string_view line) {
  if (line == "alive") return Sense::good;
  if (!skip_word(line, "trace") || take_number(line) != told_.size() - 1 || !line.starts_with(' '))
    return Sense::garbage;
  line.remove_prefix(1);
  const auto size = take_number(line);
  if (!size || !line.empty()) return Sense::garbage;
  if (*size > trace_bytes_max) return Sense::flood;
  left_ = *size;
  told_.back().whole = left_ == 0;
  state_ = left_ == 0 ? State::between : State::events;
  return Sense::good;
}

}  // namespace portunus::gnumach
