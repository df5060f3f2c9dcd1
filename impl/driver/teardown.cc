#include "impl/driver/teardown.h"

#include "impl/driver/invoke.h"

namespace portunus::driver {
namespace {

void release_all(Run& run, Thread& main, Type type, int count) {
  for (int index = 0; index < count; ++index) {
    const Value handle = make_value(type, index);
    while (!run.over() && run.ledger.owned(handle) > 0)
      invoke(main, Function::CFRelease, {as_object(handle)});
  }
}

// Calls `act` for each name that the script knows.
template <class Act>
void for_each_name(Run& run, Act act) {
  for (int index = 0; index < limits::names && run.capabilities.kernel_probes && !run.over(); ++index) {
    const Value name = make_value(Type::name, index);
    if (run.handles.known(name)) act(name);
  }
}

// Without CoreFoundation every right is the script's own, and goes with its name: nothing is left to leak.
void destroy_names(Run& run, Thread& main) {
  run.settle(main.id);
  for_each_name(run, [&](Value name) {
    invoke(main, Function::mach_port_type, {name});
    if (!run.ledger.is_gone(name)) invoke(main, Function::mach_port_destroy, {name});
  });
  run.settle(main.id);
}

}  // namespace

void tear_down(Run& run, Thread& main) {
  if (!run.with_cf) return destroy_names(run, main);
  for (int index = 0; index < limits::ports && !run.over(); ++index) {
    const Value port = make_value(Type::port, index);
    if (run.ledger.owned(port) > 0) invoke(main, Function::CFMachPortInvalidate, {port});
  }
  release_all(run, main, Type::source, limits::sources);
  release_all(run, main, Type::port, limits::ports);
  release_all(run, main, Type::loop, limits::threads);
  run.settle(main.id);
  // Blocks of the main queue are run by the main run loop, in its common modes.
  invoke(main, Function::CFRunLoopRunInMode,
         {make_value(Type::mode, 0), make_value(Type::milliseconds, 0), make_value(Type::boolean, 0)});
  run.settle(main.id);
  for_each_name(run, [&](Value name) { invoke(main, Function::mach_port_type, {name}); });
  run.settle(main.id);
}

}  // namespace portunus::driver
