// The exit codes of every verb.
#pragma once

#include <cstdint>

#include "model/oracle/oracle.h"

namespace portunus::tool {

enum class ExitStatus : std::uint8_t {
  conforms = 0,  // or: all killed, done
  violates = 1,
  usage = 2,     // a wrong command line, or malformed input
  unjudged = 3,  // inconclusive, unspecified, a system under test out of reach
};

// The status of several files together: 2 before 1 before 3 before 0.
constexpr ExitStatus graver(ExitStatus a, ExitStatus b) {
  constexpr std::uint8_t gravity[] = {0, 2, 3, 1};
  return gravity[static_cast<std::uint8_t>(a)] >= gravity[static_cast<std::uint8_t>(b)] ? a : b;
}

constexpr ExitStatus status_of(model::VerdictKind kind) {
  switch (kind) {
    case model::VerdictKind::accepted:
      return ExitStatus::conforms;
    case model::VerdictKind::rejected:
      return ExitStatus::violates;
    case model::VerdictKind::inconclusive:
    case model::VerdictKind::unspecified:
      break;
  }
  return ExitStatus::unjudged;
}

}  // namespace portunus::tool
