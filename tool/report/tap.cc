#include <sstream>

#include "tool/report/outcome.h"

namespace portunus::tool {
namespace {

// A description may hold neither `#`, which begins a directive, nor a line's end.
std::string description(const Outcome& outcome) {
  std::string text = outcome.group + ": " + outcome.name;
  for (char& byte : text)
    if (byte == '#' || byte == '\n') byte = ' ';
  return text;
}

}  // namespace

std::string tap_report(const CampaignResult& result) {
  const std::vector<Outcome> all = outcomes(result);
  std::ostringstream out;
  out << "TAP version 13\n1.." << all.size() << "\n";
  out << "# portunus " << result.suite_version << ", " << result.sut << " (" << result.identity
      << ") against " << result.variant << ", seed " << result.seed << "\n";
  std::size_t number = 0;
  for (const Outcome& outcome : all) {
    const bool ok = outcome.kind == OutcomeKind::passed || outcome.kind == OutcomeKind::skipped;
    out << (ok ? "ok " : "not ok ") << ++number << " - " << description(outcome);
    if (outcome.kind == OutcomeKind::skipped) out << " # SKIP " << outcome.detail;
    out << "\n";
    if (ok) continue;
    std::istringstream lines(outcome.detail);
    for (std::string line; std::getline(lines, line);) out << "# " << line << "\n";
  }
  return out.str();
}

}  // namespace portunus::tool
