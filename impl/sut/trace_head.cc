#include "impl/sut/trace_head.h"

namespace portunus {

Trace begin_trace(const Sut& sut, const Script& script) {
  Trace trace;
  trace.main = script.main;
  trace.front_matter.emplace_back("sut", sut.name());
  trace.front_matter.emplace_back("variant", sut.variant());
  for (const auto& entry : script.front_matter) {
    const std::string& key = entry.first;
    if (key != "sut" && key != "variant" && key != "verdict") trace.front_matter.push_back(entry);
  }
  return trace;
}

bool ends_trace(const Label& label) {
  return label.kind == LabelKind::crash || label.kind == LabelKind::hang;
}

}  // namespace portunus
