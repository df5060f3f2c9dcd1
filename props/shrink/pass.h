// The passes that make scripts smaller, each with a name, in the order in which they are tried.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "model/vocabulary/script.h"

namespace portunus {

// Is given candidates one after another; answers true when it takes one, and then gets no more.
using Offer = std::function<bool(const Script& candidate)>;

struct Pass {
  std::string_view name;
  std::string_view what;
  // Offers scripts that are smaller than `script` in this pass's sense: well formed, different from `script`,
  // and always the same ones in the same order.
  void (*offer)(const Script& script, const Offer& offer);
};

std::span<const Pass> passes();
const Pass* find_pass(std::string_view name);  // nullptr if there is none

// What one pass, or all of them in order, offer.
std::vector<Script> candidates(const Pass& pass, const Script& script);
std::vector<Script> candidates(const Script& script);

}  // namespace portunus
