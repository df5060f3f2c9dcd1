#include "impl/driver/call.h"

namespace portunus::driver {

const void* Call::pointer(int place) const {
  const Value handle = as_handle(arguments[place]);
  if (handle.type == Type::loop) return run.threads[handle.number].loop.load();
  return run.handles.pointer(handle);
}

void Call::made_object(int place, const void* pointer) {
  const Value identity = run.handles.object(row.bind, pointer, bind);
  if (identity.number >= 0) run.ledger.own(identity);
  run.handles.bind(bind, identity);
  result(place, identity);
}

void Call::named(int place, mach_port_name_t name, Value variable) {
  const Value identity = run.handles.name(name, variable);
  run.handles.bind(variable, identity);
  result(place, identity);
}

void Call::made_name(int place, mach_port_name_t name, Value variable) {
  if (const Value known = run.handles.name(name, variable); known.number >= 0) run.ledger.seen(known);
  named(place, name, variable);
}

void Call::given_name(int place, mach_port_name_t name, Value variable) {
  if (const Value known = run.handles.name(name); known.number >= 0 && run.ledger.is_gone(known))
    run.handles.forget(known);
  made_name(place, name, variable);
}

void Call::made_no_name(int place, Value variable) {
  run.handles.bind(variable, make_value(Type::name, Value::null));
  no_result(place);
}

void Call::note_rights(int place) {
  const Value identity = arguments[place];
  if (identity.number >= 0 && run.capabilities.kernel_probes && !exists(name(place)))
    run.ledger.gone(identity);
}

bool exists(mach_port_name_t name) {
  mach_port_type_t bits = 0;
  return mach_port_type(mach_task_self(), name, &bits) != KERN_INVALID_NAME;
}

}  // namespace portunus::driver
