#include "impl/driver/ledger.h"

namespace portunus::driver {

int Ledger::place(Value handle) {
  switch (handle.type) {
    case Type::port:
      return handle.number;
    case Type::source:
      return limits::ports + handle.number;
    default:
      return limits::ports + limits::sources + handle.number;
  }
}

void Ledger::own(Value handle) {
  references_[place(handle)].fetch_add(1);
}

std::int32_t Ledger::owned(Value handle) const {
  return references_[place(handle)].load();
}

bool Ledger::disown(Value handle, ThreadId thread) {
  const int at = place(handle);
  std::int32_t count = references_[at].load();
  do {
    if (count <= 0) return false;
  } while (!references_[at].compare_exchange_weak(count, count - 1));
  if (count > 1 || !borrowed_elsewhere(at, thread)) return true;
  references_[at].fetch_add(1);
  return false;
}

bool Ledger::borrow(Value handle, ThreadId thread) {
  const int at = place(handle);
  borrowers_[at][thread].fetch_add(1);
  if (references_[at].load() > 0) return true;
  borrowers_[at][thread].fetch_sub(1);
  return false;
}

void Ledger::give_back(Value handle, ThreadId thread) {
  borrowers_[place(handle)][thread].fetch_sub(1);
}

bool Ledger::borrowed_elsewhere(int place, ThreadId thread) const {
  for (int other = 0; other < limits::threads; ++other)
    if (other != thread && borrowers_[place][other].load() > 0) return true;
  return false;
}

void Ledger::freed(Value handle) {
  freed_[place(handle)] = true;
}

bool Ledger::is_freed(Value handle) const {
  return freed_[place(handle)];
}

void Ledger::seen(Value name) {
  gone_[name.number].store(false);
}
void Ledger::gone(Value name) {
  gone_[name.number].store(true);
}
bool Ledger::is_gone(Value name) const {
  return gone_[name.number].load();
}

}  // namespace portunus::driver
