#include "model/vocabulary/script.h"

#include <algorithm>

#include "model/vocabulary/limits.h"

namespace portunus {
namespace {

// Whether the steps [begin, end) nest well; `in_parallel`: they are the branches of a parallel section.
bool block_well_formed(const std::vector<Step>& steps, std::size_t begin, std::size_t end, bool in_parallel,
                       int depth) {
  if (depth > limits::depth) return false;
  for (std::size_t at = begin; at < end;) {
    const Step& step = steps[at];
    const std::size_t body_end = at + 1 + step.size;
    if (body_end > end || (step.size > 0 && !is_block(step.kind))) return false;
    if ((step.kind == StepKind::branch) != in_parallel) return false;
    if (!block_well_formed(steps, at + 1, body_end, step.kind == StepKind::parallel, depth + 1)) return false;
    at = body_end;
  }
  return true;
}

}  // namespace

std::string_view front_matter_value(const FrontMatter& front_matter, std::string_view key) {
  const auto entry = std::ranges::find(front_matter, key, &FrontMatter::value_type::first);
  return entry == front_matter.end() ? std::string_view{} : std::string_view{entry->second};
}

bool well_formed(const Script& script) {
  return script.steps.size() <= limits::steps &&
         block_well_formed(script.steps, 0, script.steps.size(), false, 0);
}

}  // namespace portunus
