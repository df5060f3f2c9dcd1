#include "props/model/corpus.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/vocabulary/text.h"

namespace portunus {

std::vector<RecordedTrace> recorded_traces(std::string_view folder) {
  const std::filesystem::path root = PORTUNUS_CORPUS;
  std::vector<RecordedTrace> traces;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.path().extension() != ".trace") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    auto parsed = parse_trace(text.str());
    INFO(entry.path().string(), ":", parsed.error.line, ":", parsed.error.column, ": ", parsed.error.message);
    REQUIRE(parsed.value.has_value());
    const std::string variant(front_matter_value(parsed.value->front_matter, "variant"));
    const std::string_view mach = front_matter_value(parsed.value->front_matter, "mach");
    const auto kernel = mach.empty() ? model::Kernel::xnu : model::find_kernel(mach);
    REQUIRE(kernel.has_value());
    traces.push_back(
        {entry.path().lexically_relative(root).string(), variant, *kernel, std::move(*parsed.value)});
  }
  std::ranges::sort(traces, {}, &RecordedTrace::path);
  return traces;
}

}  // namespace portunus
