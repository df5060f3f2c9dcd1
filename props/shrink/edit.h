// Edits of scripts that keep the sizes of the blocks right.
#pragma once

#include <cstddef>
#include <vector>

#include "model/vocabulary/script.h"
#include "props/generate/handle.h"

namespace portunus {

// For the script and each of its blocks: where its own steps begin, and last where it ends. Those without a
// step of their own are left out.
std::vector<std::vector<std::size_t>> blocks_of(const Script& script);

// The script without the steps [begin, end), which are whole steps of one block, with their bodies.
Script without(const Script& script, std::size_t begin, std::size_t end);

// The script without the block step at `at`, but with its body.
Script unwrapped(const Script& script, std::size_t at);

struct HandleUse {
  HandleClass of = HandleClass::none;
  int index = 0;

  friend bool operator==(const HandleUse&, const HandleUse&) = default;
};

// The handles that stand anywhere but as a binding, once each, in the order of their first use.
std::vector<HandleUse> handles_used(const Script& script);

// The script with another index wherever that handle stands, but for bindings.
Script with_uses_replaced(const Script& script, HandleUse use, int index);

}  // namespace portunus
