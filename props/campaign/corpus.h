// The corpus: scripts to run again, and traces whose verdict is known.
//
//   accept/FAMILY/NAME.script, NAME.VARIANT.trace   traces that must be accepted
//   reject/FAMILY/NAME.VARIANT.trace                traces that must be rejected
//   unspecified/…                                   behaviour that the specification says nothing of
//   regress/…                                       past findings; the front matter has the verdict
//   fuzz/…                                          seeds of the fuzz targets: not read here
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/oracle/oracle.h"
#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus {

// Why a campaign could not be run: a file that is not as it should be, and where. `line` is 0 for the whole
// of it.
struct CampaignError {
  std::filesystem::path file = {};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message = {};
};

struct CorpusScript {
  std::filesystem::path file;
  std::string origin;  // `corpus/accept/create/plain.script`
  Script script;
  model::VerdictKind verdict;  // what a conforming system's run of it gets: accepted or unspecified
};

struct CorpusTrace {
  std::filesystem::path file;
  std::string origin;
  Trace trace;
  std::string variant;  // to be judged against
  model::VerdictKind verdict;
};

struct Corpus {
  std::vector<CorpusScript> scripts;  // both in the order of their paths
  std::vector<CorpusTrace> traces;
  std::optional<CampaignError> error;  // the first file that is malformed, or a directory that cannot be read
};

// Reads every file of the corpus at `directory`. A trace without `variant` in its front matter is for
// `default_variant`; one without `verdict` has the verdict of its folder.
Corpus read_corpus(const std::filesystem::path& directory, std::string_view default_variant);

}  // namespace portunus
