// Scopes: which `on` blocks are in force. Each run of a block opens a scope inside the one that surrounds it;
// an `on` step registers its body there, until that run of the block ends.
#pragma once

#include <atomic>
#include <cstdint>

namespace portunus::driver {

class Scope {
 public:
  // Ends what is registered here.
  void close() { over_.store(true); }

  // Puts the `on` step with this index in force, before all that are. By the thread that runs the block only.
  void add(std::uint32_t step);

  // Goes through all registrations in force here and outwards, the latest first, and counts an occurrence for
  // each of which `matches(step)` holds. Gives the first with `wanted(step, occurrence)`, or `none`.
  static constexpr std::uint32_t none = UINT32_MAX;
  template <class Matches, class Wanted>
  std::uint32_t find(Matches matches, Wanted wanted) {
    std::uint32_t found = none;
    for (Scope* scope = this; scope != nullptr; scope = scope->parent_) {
      if (scope->over_.load()) continue;
      for (Registration* entry = scope->newest_.load(); entry != nullptr; entry = entry->next) {
        if (!matches(entry->step)) continue;
        const std::uint32_t occurrence = entry->occurrences.fetch_add(1, std::memory_order_relaxed) + 1;
        if (found == none && wanted(entry->step, occurrence)) found = entry->step;
      }
    }
    return found;
  }

 private:
  friend class Scopes;

  struct Registration {
    std::uint32_t step;
    std::atomic<std::uint32_t> occurrences{0};
    Registration* next;
  };

  explicit Scope(Scope* parent) : parent_(parent) {}
  ~Scope();

  Scope* parent_;
  Scope* next_ = nullptr;  // in the list of all scopes
  std::atomic<bool> over_{false};
  std::atomic<Registration*> newest_{nullptr};
};

// All scopes of a run. They stay until the run is forgotten: a thread's outermost scope lies inside that of
// the block that started it, and may outlive it.
class Scopes {
 public:
  Scopes() = default;
  ~Scopes();
  Scopes(const Scopes&) = delete;
  Scopes& operator=(const Scopes&) = delete;

  // A scope inside `parent` (nullptr: the outermost). Safe on several threads at once.
  Scope* open(Scope* parent);

 private:
  std::atomic<Scope*> newest_{nullptr};
};

}  // namespace portunus::driver
