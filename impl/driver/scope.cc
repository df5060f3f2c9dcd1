#include "impl/driver/scope.h"

namespace portunus::driver {

Scope::~Scope() {
  for (Registration* entry = newest_.load(); entry != nullptr;) {
    Registration* next = entry->next;
    delete entry;
    entry = next;
  }
}

void Scope::add(std::uint32_t step) {
  newest_.store(new Registration{.step = step, .next = newest_.load()});
}

Scopes::~Scopes() {
  for (Scope* scope = newest_.load(); scope != nullptr;) {
    Scope* next = scope->next_;
    delete scope;
    scope = next;
  }
}

Scope* Scopes::open(Scope* parent) {
  auto* scope = new Scope(parent);
  scope->next_ = newest_.load();
  while (!newest_.compare_exchange_weak(scope->next_, scope)) {
  }
  return scope;
}

}  // namespace portunus::driver
