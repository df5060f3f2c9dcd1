#include "props/shrink/pass.h"

#include <algorithm>
#include <iterator>

#include "props/generate/canonical.h"
#include "props/generate/handle.h"
#include "props/shrink/edit.h"
#include "props/shrink/simpler.h"

namespace portunus {
namespace {

// Offers `candidate` if it is a script at all; true when it is taken.
bool offer_valid(const Script& candidate, const Offer& offer) {
  return well_formed(candidate) && offer(candidate);
}

// All, then halves, quarters and so on of the steps of each block, from the back.
void remove_ranges(const Script& script, const Offer& offer) {
  for (const std::vector<std::size_t>& block : blocks_of(script)) {
    const std::size_t steps = block.size() - 1;  // the last entry is the block's end
    for (std::size_t length = steps; length >= 2; length /= 2)
      for (std::size_t end = steps; end > 0; end = end > length ? end - length : 0) {
        const std::size_t begin = end > length ? end - length : 0;
        if (offer_valid(without(script, block[begin], block[end]), offer)) return;
      }
  }
}

void remove_steps(const Script& script, const Offer& offer) {
  for (std::size_t at = script.steps.size(); at-- > 0;)
    if (offer_valid(without(script, at, at + 1 + script.steps[at].size), offer)) return;
}

void unwrap_blocks(const Script& script, const Offer& offer) {
  for (std::size_t at = 0; at < script.steps.size(); ++at)
    if (script.steps[at].size > 0 && offer_valid(unwrapped(script, at), offer)) return;
}

void widen_callbacks(const Script& script, const Offer& offer) {
  for (std::size_t at = 0; at < script.steps.size(); ++at) {
    const Step& step = script.steps[at];
    if (step.kind != StepKind::on || step.occurrence == 0) continue;
    Script candidate = script;
    candidate.steps[at].occurrence = 0;
    if (offer(candidate)) return;
    if (step.occurrence == 1) continue;
    candidate.steps[at].occurrence = static_cast<std::uint16_t>(step.occurrence - 1);
    if (offer(candidate)) return;
  }
}

void simplify_arguments(const Script& script, const Offer& offer) {
  for (std::size_t at = 0; at < script.steps.size(); ++at) {
    const Step& step = script.steps[at];
    if (step.kind != StepKind::call) continue;
    for (std::size_t place = 0; place < info(step.function).argument_count; ++place)
      for (const Value& value : simpler(step.function, place, step.arguments[place])) {
        Script candidate = script;
        candidate.steps[at].arguments[place] = value;
        if (offer(candidate)) return;
      }
  }
}

void merge_handles(const Script& script, const Offer& offer) {
  for (const HandleUse& use : handles_used(script)) {
    for (int earlier = 0; earlier < use.index; ++earlier)
      if (offer(with_uses_replaced(script, use, earlier))) return;
  }
}

void renumber(const Script& script, const Offer& offer) {
  if (const Script candidate = canonical(script); !(candidate == script)) offer(candidate);
}

constexpr Pass kPasses[] = {
    {"remove-ranges", "leaves out several steps of one block at once", remove_ranges},
    {"remove-steps", "leaves out one step, with its body", remove_steps},
    {"unwrap-blocks", "puts a block's body in the block's place", unwrap_blocks},
    {"widen-callbacks", "lets an `on` block hold for each occurrence, or for an earlier one",
     widen_callbacks},
    {"simplify-arguments", "replaces an argument by a plainer one", simplify_arguments},
    {"merge-handles", "uses an earlier handle of the same class instead", merge_handles},
    {"renumber", "numbers the handles by first use", renumber},
};

}  // namespace

std::span<const Pass> passes() {
  return kPasses;
}

const Pass* find_pass(std::string_view name) {
  const Pass* pass = std::ranges::find(kPasses, name, &Pass::name);
  return pass == std::end(kPasses) ? nullptr : pass;
}

std::vector<Script> candidates(const Pass& pass, const Script& script) {
  std::vector<Script> offered;
  pass.offer(script, [&](const Script& candidate) {
    offered.push_back(candidate);
    return false;
  });
  return offered;
}

std::vector<Script> candidates(const Script& script) {
  std::vector<Script> offered;
  for (const Pass& pass : passes()) std::ranges::move(candidates(pass, script), std::back_inserter(offered));
  return offered;
}

}  // namespace portunus
