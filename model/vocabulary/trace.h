// A trace is what happened: labels in the order in which the observer saw them.
#pragma once

#include <cstdint>
#include <vector>

#include "model/vocabulary/label.h"
#include "model/vocabulary/script.h"

namespace portunus {

struct Trace {
  FrontMatter front_matter;
  ThreadId main = 0;
  std::vector<Label> events;

  friend bool operator==(const Trace&, const Trace&) = default;
};

}  // namespace portunus
