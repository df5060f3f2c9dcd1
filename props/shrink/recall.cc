#include "props/shrink/recall.h"

#include <algorithm>
#include <vector>

#include "model/vocabulary/limits.h"

namespace portunus {
namespace {

// A callback that is or was under way, and what the client did in it.
struct Visit {
  Callback callback;
  Value subject;
  std::uint16_t occurrence;  // the how manieth with this subject
  std::vector<Step> steps;
};

Step call_step(const Label& label) {
  Step step;
  step.kind = StepKind::call;
  step.function = label.function;
  step.bind = label.bind;
  step.second = label.second;
  std::ranges::copy(label.values, step.arguments);
  return step;
}

Step settle_step() {
  Step step;
  step.kind = StepKind::settle;
  return step;
}

Step on_step(const Visit& visit) {
  Step step;
  step.kind = StepKind::on;
  step.callback = visit.callback;
  step.subject = visit.subject;
  step.occurrence = visit.occurrence;
  step.size = static_cast<std::uint32_t>(visit.steps.size());
  return step;
}

class Recollection {
 public:
  void add(const Label& label) {
    switch (label.kind) {
      case LabelKind::call:
        return current().push_back(call_step(label));
      case LabelKind::quiescent:
        return current().push_back(settle_step());
      case LabelKind::enter:
        return enter(label);
      case LabelKind::exit:
        if (!open_.empty()) open_.pop_back();
        return;
      default:
        return;
    }
  }

  // The `on` blocks first, so that each is in force from the beginning.
  std::vector<Step> steps() const {
    std::vector<Step> all;
    for (const Visit& visit : visits_) {
      if (visit.steps.empty()) continue;
      all.push_back(on_step(visit));
      all.insert(all.end(), visit.steps.begin(), visit.steps.end());
    }
    all.insert(all.end(), top_.begin(), top_.end());
    return all;
  }

 private:
  std::vector<Step>& current() { return open_.empty() ? top_ : visits_[open_.back()].steps; }

  void enter(const Label& label) {
    const Value subject = label.values[info(label.callback).subject_argument];
    const auto same = [&](const Visit& visit) {
      return visit.callback == label.callback && visit.subject == subject;
    };
    const auto before = std::ranges::count_if(visits_, same);
    open_.push_back(visits_.size());
    visits_.push_back({label.callback, subject, static_cast<std::uint16_t>(before + 1), {}});
  }

  std::vector<Step> top_;
  std::vector<Visit> visits_;
  std::vector<std::size_t> open_;  // indices of `visits_`
};

}  // namespace

std::optional<Script> recall_script(const Trace& trace) {
  Recollection recollection;
  for (const Label& label : trace.events) {
    if (label.kind == LabelKind::start) return std::nullopt;
    recollection.add(label);
  }
  Script script{.front_matter = {}, .main = trace.main, .steps = recollection.steps()};
  if (script.steps.size() > limits::steps) return std::nullopt;
  return script;
}

}  // namespace portunus
