#include "model/clause/kernel.h"

#include <algorithm>
#include <iterator>

namespace portunus::model {
namespace {

constexpr std::string_view kNames[] = {"xnu", "gnumach"};

}  // namespace

std::string_view name(Kernel kernel) {
  return kNames[static_cast<std::size_t>(kernel)];
}

std::optional<Kernel> find_kernel(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  return found == std::end(kNames) ? std::nullopt
                                   : std::optional(static_cast<Kernel>(found - std::begin(kNames)));
}

}  // namespace portunus::model
