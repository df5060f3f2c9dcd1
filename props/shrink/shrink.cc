#include "props/shrink/shrink.h"

#include "props/shrink/pass.h"

namespace portunus {
namespace {

class Shrinker {
 public:
  Shrinker(const std::function<bool(const Script&)>& still_fails, std::size_t executions_max)
      : still_fails_(still_fails), executions_max_(executions_max) {}

  Shrunk run(Script script) {
    bool smaller = true;
    while (smaller && !spent()) {
      smaller = false;
      for (const Pass& pass : passes()) smaller |= run_pass(pass, script);
    }
    return {.script = std::move(script), .executions = executions_, .complete = !smaller && !spent()};
  }

 private:
  bool spent() const { return executions_ >= executions_max_; }

  // Runs one pass over the script until it offers nothing more. What was refused before a candidate was taken
  // is not tried again in this round: it stands at the same place among the next candidates, more or less,
  // and the next round tries everything again.
  bool run_pass(const Pass& pass, Script& script) {
    bool smaller = false;
    std::size_t refused = 0;
    for (bool taken = true; taken && !spent();) {
      taken = false;
      std::size_t place = 0;
      const Script current = script;
      pass.offer(current, [&](const Script& candidate) {
        if (spent()) return true;
        if (place++ < refused) return false;
        ++executions_;
        taken = still_fails_(candidate);
        if (taken)
          script = candidate;
        else
          ++refused;
        return taken;
      });
      smaller |= taken;
    }
    return smaller;
  }

  const std::function<bool(const Script&)>& still_fails_;
  std::size_t executions_max_;
  std::size_t executions_ = 0;
};

}  // namespace

Shrunk shrink(Script script, const std::function<bool(const Script&)>& still_fails,
              std::size_t executions_max) {
  return Shrinker(still_fails, executions_max).run(std::move(script));
}

}  // namespace portunus
