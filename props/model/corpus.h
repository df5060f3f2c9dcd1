// The recorded traces of corpus/, for the model's tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/clause/kernel.h"
#include "model/vocabulary/trace.h"

namespace portunus {

struct RecordedTrace {
  std::string path;     // below corpus/
  std::string variant;  // as the front matter names it
  model::Kernel kernel;
  Trace trace;
};

// The traces in corpus/FOLDER, in the order of their paths. A file that does not parse fails the test.
std::vector<RecordedTrace> recorded_traces(std::string_view folder);

}  // namespace portunus
