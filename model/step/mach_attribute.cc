// What a port counts, and its queue's limit: facts mach-xnu 7 and 8.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

// A count has no sign; beyond what the vocabulary can write it stands for nothing.
Value count_value(std::uint32_t count) {
  const bool fits = count <= static_cast<std::uint32_t>(INT32_MAX);
  return make_value(Type::integer, fits ? static_cast<std::int32_t>(count) : std::int32_t{Value::other});
}

// Beyond the code; in the order of the function's row.
void add_status(Results& results, State& state, Kernel kernel, std::uint8_t slot) {
  const std::uint8_t index = state.names[slot].object;
  const KernelPort& port = state.kernel_ports[index];
  const Space space(state, kernel);
  // The sets of CoreFoundation's are its own business.
  const bool object = belongs_to_object(state, slot);
  results.add(object ? make_value(Type::boolean, Value::any) : boolean_value(port.sets != 0));
  results.add(count_value(port.seqno));
  results.add(count_value(port.mscount));
  results.add(Type::integer, port.limit);
  results.add(Type::integer, is_waited_for(state, index) ? Value::any : queued(state, index));
  results.add(Type::integer, space.send_once_rights(index));
  results.add(boolean_value(space.has_senders(index)));
  results.add(boolean_value(port.destroyed != none));
  results.add(boolean_value(port.no_senders != none));
}

std::int32_t limit_max(Kernel kernel) {
  return kernel == Kernel::xnu ? 1024 : 16;
}

// Seen before the name is looked at.
bool is_limit_beyond(const Frame& frame, Kernel kernel) {
  return static_cast<Function>(frame.function) == Function::mach_port_set_attributes &&
         (frame.x < 0 || frame.x > limit_max(kernel));
}

KernReturn set(State& state, Kernel kernel, const Frame& frame) {
  KernelPort& port = state.kernel_ports[state.names[frame.name].object];
  const auto number = static_cast<std::uint32_t>(frame.x);
  switch (static_cast<Function>(frame.function)) {
    case Function::mach_port_set_attributes:
      port.limit = static_cast<std::uint16_t>(number);
      Space(state, kernel).use_room(state.names[frame.name].object);
      return KernReturn::success;
    case Function::mach_port_set_mscount:
      port.mscount = number;
      return KernReturn::success;
    default:
      port.seqno = number;
      return KernReturn::success;
  }
}

ClauseId clause_of(Function function) {
  switch (function) {
    case Function::mach_port_get_attributes:
      return ClauseId::mach_attributes;
    case Function::mach_port_set_attributes:
      return ClauseId::mach_queue_limit;
    default:
      return ClauseId::mach_counts;
  }
}

}  // namespace

void attribute_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto function = static_cast<Function>(frame.function);
  const Kernel kernel = moves.rules().kernel;
  const bool gets = function == Function::mach_port_get_attributes;
  offer_results(moves, thread, frame, [&](State& after) {
    Results results;
    results.clause = clause_of(function);
    const bool unknown = is_reserved(frame) && kernel == Kernel::gnumach;
    const bool gone = unknown || (!is_reserved(frame) && is_gone(after, frame.name));
    if (unknown) results.clause = ClauseId::mach_reserved_names;
    const bool receives = !is_reserved(frame) && after.names[frame.name].receive != 0;
    if (is_limit_beyond(frame, kernel) && kernel == Kernel::gnumach)
      results.clause = ClauseId::mach_queue_limit_small;
    if (is_limit_beyond(frame, kernel)) {
      results.add(code(KernReturn::invalid_value));
    } else if (!receives) {
      results.add(code(gone ? KernReturn::invalid_name : KernReturn::invalid_right));
    } else {
      results.add(code(gets ? KernReturn::success : set(after, kernel, frame)));
    }
    if (gets && receives) add_status(results, after, kernel, frame.name);
    const FunctionInfo& row = info(function);
    while (results.count < row.result_count) results.add(row.results[results.count], Value::absent);
    return results;
  });
}

}  // namespace portunus::model
