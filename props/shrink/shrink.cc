#include "props/shrink/shrink.h"

#include <utility>
#include <vector>

#include "props/shrink/pass.h"

namespace portunus {
namespace {

class Shrinker {
 public:
  Shrinker(Script script, const FirstFailing& first_failing, const ShrinkLimits& limits)
      : script_(std::move(script)), first_failing_(first_failing), limits_(limits) {}

  Shrunk run() {
    bool smaller = true;
    while (smaller && !spent()) {
      smaller = false;
      for (const Pass& pass : passes()) smaller |= run_pass(pass);
    }
    return {.script = std::move(script_), .executions = executions_, .complete = !smaller && !spent()};
  }

 private:
  bool spent() const { return asks_ >= limits_.asks; }

  // Runs one pass over the script until it offers nothing more. What was refused before a candidate was taken
  // is not tried again in this round: it stands at the same place among the next candidates, more or less,
  // and the next round tries everything again.
  bool run_pass(const Pass& pass) {
    bool smaller = false;
    std::size_t refused = 0;
    for (bool taken = true; taken && !spent();) {
      taken = false;
      std::size_t place = 0;
      std::vector<Script> batch;
      const Script current = script_;
      pass.offer(current, [&](const Script& candidate) {
        if (spent()) return true;
        if (place++ < refused) return false;
        batch.push_back(candidate);
        if (batch.size() == limits_.batch) taken = take_first(batch, refused);
        return taken;
      });
      if (!taken && !batch.empty() && !spent()) taken = take_first(batch, refused);
      smaller |= taken;
    }
    return smaller;
  }

  // Whether one of the batch is taken; the batch is empty then. Those before it are refused.
  bool take_first(std::vector<Script>& batch, std::size_t& refused) {
    ++asks_;
    executions_ += batch.size();
    const std::size_t first = first_failing_(batch);
    refused += first;
    const bool taken = first < batch.size();
    if (taken) script_ = std::move(batch[first]);
    batch.clear();
    return taken;
  }

  Script script_;
  const FirstFailing& first_failing_;
  ShrinkLimits limits_;
  std::size_t asks_ = 0;
  std::size_t executions_ = 0;
};

}  // namespace

Shrunk shrink(Script script, const FirstFailing& first_failing, const ShrinkLimits& limits) {
  return Shrinker(std::move(script), first_failing, limits).run();
}

Shrunk shrink(Script script, const std::function<bool(const Script&)>& still_fails,
              std::size_t executions_max) {
  const FirstFailing one_by_one = [&](std::span<const Script> candidates) {
    std::size_t at = 0;
    while (at < candidates.size() && !still_fails(candidates[at])) ++at;
    return at;
  };
  return shrink(std::move(script), one_by_one, {.asks = executions_max, .batch = 1});
}

}  // namespace portunus
