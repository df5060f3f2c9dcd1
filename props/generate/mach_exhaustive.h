// All scripts of a few Mach calls on two names, in a fixed order.
#pragma once

#include <cstddef>
#include <optional>

#include "model/vocabulary/script.h"
#include "props/generate/mach_picture.h"
#include "props/generate/sequences.h"

namespace portunus {

// As ExhaustiveScripts does for CFMachPort: every canonical sequence of exactly `calls` steps of the
// alphabet, each in a script of its own, with the identification suffix behind it. The two names are made
// before, and not counted: a script begins in each of a few worlds, one after another, so that even a single
// call meets every kind of name.
class ExhaustiveMachScripts {
 public:
  explicit ExhaustiveMachScripts(int calls);
  // The next script; nothing when all have been given.
  std::optional<Script> next();

 private:
  Sequences<MachPicture> sequences_in(std::size_t world) const;

  std::size_t calls_;
  std::size_t world_ = 0;
  Sequences<MachPicture> sequences_;
};

}  // namespace portunus
