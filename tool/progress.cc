#include "tool/progress.h"

#include <unistd.h>

#include <cstdio>

namespace portunus::tool {
namespace {

constexpr std::chrono::milliseconds interval(100);

}  // namespace

bool on_terminal() {
  return isatty(STDERR_FILENO) != 0;
}

ProgressLine::ProgressLine() : terminal_(on_terminal()), next_(std::chrono::steady_clock::now()) {}

void ProgressLine::show(const std::string& text) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + interval;
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace portunus::tool
