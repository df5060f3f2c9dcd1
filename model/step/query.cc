// Calls that only ask: facts cfmachport 0, 1 and 13.
#include "model/step/step.h"

namespace portunus::model {
namespace {

Value context_function(bool shown, ContextFunction which) {
  return make_value(Type::context_function, shown ? static_cast<std::int32_t>(which) : Value::null);
}

void offer_context(Moves& moves, ThreadId thread, const Frame& frame) {
  const Port& port = moves.state().ports[frame.port];
  const bool given = (port.context & context_given) != 0;
  // The two fields show that a context was given; which values they show is incidental.
  const Value retain = moves.rules().strict ? context_function(given, ContextFunction::sentinel)
                                            : make_value(Type::context_function, Value::any);
  const Value results[] = {make_value(Type::integer, port.version), info_value(port.info), retain, retain,
                           context_function((port.context & context_copy) != 0, ContextFunction::given)};
  constexpr Part parts[] = {{0, ClauseId::context_fields},
                            {2, ClauseId::context_sentinels},
                            {3, ClauseId::context_sentinels},
                            {4, ClauseId::context_fields}};
  const bool during = port.life == Port::invalidating;
  const ClauseId clause = during ? ClauseId::context_info_during : ClauseId::context_info;
  offer_return(moves, thread, frame, results, clause, parts);
}

void offer_port_name(Moves& moves, ThreadId thread, const Frame& frame) {
  const std::uint8_t slot = moves.state().ports[frame.port].name;
  const std::uint8_t known = moves.state().names[slot].handle;
  const Value results[] = {make_value(Type::name, known == none ? frame.bind : known)};
  if (known != none) return offer_return(moves, thread, frame, results, ClauseId::port_name);
  // The first time that the script sees the name, the name gets the handle that the call binds.
  if (State* next =
          moves.observe(return_label(thread, Function::CFMachPortGetPort, results), ClauseId::port_name)) {
    next->names[slot].handle = frame.bind;
    pop(*next, thread);
  }
}

void offer_retain_count(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const bool known = moves.rules().strict && frame.loop == none;
  const std::int32_t count = frame.port != none     ? state.ports[frame.port].count
                             : frame.source != none ? state.sources[frame.source].count
                                                    : 0;
  const Value results[] = {make_value(Type::integer, known ? count : Value::any)};
  offer_return(moves, thread, frame, results, ClauseId::count_retain);
}

void offer_queued(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Name& name = state.names[state.ports[frame.port].name];
  std::int32_t count = 0;
  if (name.receive != 0) count = is_waited_for(state, name.object) ? Value::any : queued(state, name.object);
  const Value results[] = {make_value(Type::integer, count)};
  offer_return(moves, thread, frame, results, ClauseId::port_queued);
}

}  // namespace

void query_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  switch (static_cast<Function>(frame.function)) {
    case Function::CFMachPortGetContext:
      return offer_context(moves, thread, frame);
    case Function::CFMachPortGetPort:
      return offer_port_name(moves, thread, frame);
    case Function::CFGetRetainCount:
      return offer_retain_count(moves, thread, frame);
    case Function::CFMachPortGetQueuedMessageCount:
      return offer_queued(moves, thread, frame);
    case Function::CFMachPortIsValid: {
      const Port& port = state.ports[frame.port];
      const Value results[] = {
          boolean_value(port.life == Port::ready && denotes_port(state.names[port.name]))};
      return offer_return(moves, thread, frame, results, ClauseId::port_valid);
    }
    case Function::CFMachPortGetInvalidationCallBack: {
      const Value results[] = {invalidation_value(state.ports[frame.port].callback)};
      return offer_return(moves, thread, frame, results, ClauseId::port_callback);
    }
    default:
      return;
  }
}

}  // namespace portunus::model
