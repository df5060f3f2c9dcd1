// One line on stderr that tells how far long work has got. Only on a terminal; in a pipe there is nothing.
#pragma once

#include <chrono>
#include <string>

namespace portunus::tool {

// Whether somebody looks at stderr.
bool on_terminal();

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Replaces the line, a few times a second at most.
  void show(const std::string& text);
  // Takes the line away, so that something else can be printed.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace portunus::tool
