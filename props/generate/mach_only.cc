#include "props/generate/mach_only.h"

#include <algorithm>

namespace portunus {

namespace {

bool is_last_run(const Label& label) {
  return label.kind == LabelKind::call && label.function == Function::CFRunLoopRunInMode &&
         label.values[0] == make_value(Type::mode, 0) && label.values[1] == make_value(Type::milliseconds, 0);
}

}  // namespace

bool is_mach(Function function) {
  return info(function).name.starts_with("mach_");
}

bool is_mach_only(const Script& script) {
  return std::ranges::all_of(script.steps, [](const Step& step) {
    if (step.kind == StepKind::on || step.kind == StepKind::await) return false;
    return step.kind != StepKind::call || is_mach(step.function);
  });
}

bool is_mach_only(const Trace& trace) {
  return std::ranges::all_of(trace.events, [](const Label& label) {
    const bool calls = label.kind == LabelKind::call || label.kind == LabelKind::skip;
    return !calls || is_mach(label.function) || is_last_run(label);
  });
}

}  // namespace portunus
