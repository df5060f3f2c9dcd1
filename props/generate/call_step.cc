#include "props/generate/call_step.h"

#include <algorithm>

namespace portunus {

Step call_step(Function function, std::initializer_list<Value> arguments, Value bind, Value second) {
  Step step{.kind = StepKind::call, .function = function, .bind = bind, .second = second};
  std::ranges::copy(arguments, step.arguments);
  return step;
}

}  // namespace portunus
