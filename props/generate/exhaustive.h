// All scripts of a few calls over a small alphabet, in a fixed order.
#pragma once

#include <optional>

#include "model/vocabulary/script.h"
#include "props/generate/picture.h"
#include "props/generate/sequences.h"

namespace portunus {

// Gives every canonical sequence of exactly `calls` steps of the alphabet, each in a script of its own:
// before it stand probes inside the callbacks, behind it the identification suffix. A state of the system
// under test may be larger than the model's, so that each sequence is told apart by what the probes show.
class ExhaustiveScripts {
 public:
  explicit ExhaustiveScripts(int calls);
  // The next script; nothing when all have been given.
  std::optional<Script> next();

 private:
  Sequences<Picture> sequences_;
};

}  // namespace portunus
