#include "impl/sut/trace_head.h"

#include <algorithm>
#include <array>

namespace portunus {
namespace {

constexpr std::array<std::string_view, 5> of_a_run = {"sut", "variant", "mach", "schedule", "verdict"};

}  // namespace

Trace begin_trace(const Sut& sut, const Script& script) {
  Trace trace;
  trace.main = script.main;
  trace.front_matter.emplace_back("sut", sut.name());
  trace.front_matter.emplace_back("variant", sut.variant());
  if (sut.kernel() != "xnu") trace.front_matter.emplace_back("mach", sut.kernel());
  if (sut.schedule() != 0) trace.front_matter.emplace_back("schedule", std::to_string(sut.schedule()));
  for (const auto& entry : script.front_matter)
    if (std::ranges::find(of_a_run, entry.first) == of_a_run.end()) trace.front_matter.push_back(entry);
  return trace;
}

std::string schedule_words(const Sut& sut) {
  return sut.schedule() == 0 ? "" : ", schedule " + std::to_string(sut.schedule());
}

bool ends_trace(const Label& label) {
  return label.kind == LabelKind::crash || label.kind == LabelKind::hang;
}

}  // namespace portunus
