#include "impl/fault/fault.h"

#include <array>

namespace portunus::fault {
namespace {

constexpr std::array faults_ = {
    Fault{.id = Id::source_before_callback,
          .name = "source-before-callback",
          .what = "CFMachPortInvalidate invalidates the source before it calls the invalidation callback.",
          .clause = "invalidate.source-after-callback"},
    Fault{.id = Id::hit_retains_info,
          .name = "hit-retains-info",
          .what = "CFMachPortCreateWithPort for a registered name retains the info of the new context.",
          .clause = "wrap.same-object"},
    Fault{.id = Id::release_frees_ready,
          .name = "release-frees-ready",
          .what = "The client's last release frees a Ready port, as if the registry did not hold it.",
          .clause = "release.counts"},
    Fault{.id = Id::send_right_left,
          .name = "send-right-left",
          .what = "An owned port's receive right is dropped, but not its send right: a dead name stays.",
          .clause = "release.rights"},
    Fault{.id = Id::late_callback_stored,
          .name = "late-callback-stored",
          .what = "A first invalidation callback set on an invalid port is stored and never called.",
          .clause = "set.immediate"},
};

Id seeded_fault = Id::none;

}  // namespace

std::span<const Fault> faults() {
  return faults_;
}

const Fault* find(std::string_view name) {
  for (const Fault& fault : faults_) {
    if (fault.name == name) return &fault;
  }
  return nullptr;
}

void seed(Id id) {
  seeded_fault = id;
}

Id seeded() {
  return seeded_fault;
}

}  // namespace portunus::fault
