#include "impl/driver/run.h"

namespace portunus::driver {
namespace {

std::atomic<Run*> current_run{nullptr};

}  // namespace

std::uint32_t pack_callback(Callback callback, Value subject) {
  std::uint32_t code = static_cast<std::uint32_t>(subject.number) & 0xffff;
  if (subject.number == Value::null) code = 0xfffe;
  if (subject.number == Value::other) code = 0xffff;
  return 1u << 31 | static_cast<std::uint32_t>(callback) << 16 | code;
}

Run::Run(const Script& the_script, Host& the_host, const Capabilities& the_capabilities)
    : script(the_script),
      host(the_host),
      capabilities(the_capabilities),
      with_cf(calls_core_foundation(the_script)),
      observer(*this),
      handles(observer) {
  for (int id = 0; id < limits::threads; ++id) {
    threads[id].run = this;
    threads[id].id = static_cast<ThreadId>(id);
  }
}

Run* Run::current() {
  return current_run.load();
}
void Run::set_current(Run* run) {
  current_run.store(run);
}

void Run::emit(const Label& label) {
  if (!over() && !host.observe(label)) over_.store(true);
}

void Run::hang(ThreadId thread) {
  emit(plain_label(thread, LabelKind::hang));
  over_.store(true);
}

Thread* Run::thread_here() {
  const ThreadId id = host.current_thread();
  return id < limits::threads ? &threads[id] : nullptr;
}

ThreadId Run::teller() {
  const ThreadId id = host.current_thread();
  return id < limits::threads ? id : script.main;
}

void Run::settle(ThreadId thread) {
  if (over()) return;
  if (!host.settle()) return hang(thread);
  emit(plain_label(thread, LabelKind::quiescent));
}

void* Run::info_pointer(Value info) {
  return info.number == Value::null ? nullptr : &infos_[info.number];
}

Value Run::info_value(const void* pointer) const {
  if (pointer == nullptr) return make_value(Type::info, Value::null);
  for (int index = 0; index < limits::infos; ++index)
    if (pointer == &infos_[index]) return make_value(Type::info, index);
  return make_value(Type::info, Value::other);
}

Value Run::allocating() {
  Thread* thread = thread_here();
  if (thread == nullptr) return {};
  const Value object = thread->making;
  thread->making = {};  // what the call asks for next is not the object itself
  return object;
}

void Run::allocated(Value object) {
  emit(allocate_label(teller(), object));
}
void Run::deallocated(Value object) {
  ledger.freed(as_handle(object));
  emit(deallocate_label(teller(), object));
}

}  // namespace portunus::driver
