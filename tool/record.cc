// `portunus record`: executes scripts and writes their traces; judges nothing.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <span>
#include <system_error>

#include "model/vocabulary/text.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct RecordVerb {
  std::vector<std::string> files;
  std::string directory = ".";
  SutFlags sut;
};

void define(CLI::App& verb, RecordVerb& options) {
  verb.add_option("SCRIPT", options.files, "Scripts to execute")->required();
  verb.add_option("-o", options.directory, "Where the traces go")->capture_default_str();
  options.sut.add_with_schedule_to(verb);
}

struct Recording {
  Script script;
  std::filesystem::path trace;
};

// Reads every script before the first is executed, so that a malformed one leaves nothing written.
std::optional<std::vector<Recording>> load_all(const RecordVerb& options) {
  std::vector<Recording> recordings;
  std::set<std::filesystem::path> traces;
  bool good = true;
  for (const std::string& file : options.files) {
    Loaded<Script> script = load_script(file);
    if (!script.value) complain(script.error);
    std::filesystem::path trace = options.directory / std::filesystem::path(file).filename();
    trace = trace.lexically_normal().replace_extension(".trace");
    const bool fresh = traces.insert(trace).second;
    if (!fresh) complain(file + ": another script's trace is called " + trace.string() + " too");
    good = good && script.value && fresh;
    if (good) recordings.push_back({std::move(*script.value), trace});
  }
  if (!good) return std::nullopt;
  return recordings;
}

// Executes some and writes their traces; false when one cannot be written.
bool record(std::span<const Recording> recordings, Sut& sut) {
  std::vector<Script> scripts;
  scripts.reserve(recordings.size());
  for (const Recording& recording : recordings) scripts.push_back(recording.script);
  const std::vector<Trace> traces = sut.execute_all(scripts);
  for (std::size_t at = 0; at < traces.size(); ++at) {
    const std::string file = recordings[at].trace.string();
    const std::string error = write_file(file, print(traces[at]));
    if (!error.empty()) {
      complain(error);
      return false;
    }
    std::printf("%s\n", file.c_str());
  }
  return true;
}

ExitStatus run(const RecordVerb& options) {
  const auto recordings = load_all(options);
  if (!recordings) return ExitStatus::usage;
  const Opened opened = open(options.sut);
  if (!opened.sut) return opened.status;
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed) {
    complain(options.directory + ": " + failed.message());
    return ExitStatus::usage;
  }
  std::span<const Recording> left = *recordings;
  while (!left.empty()) {
    const std::size_t count = std::min(opened.sut->batch_size(), left.size());
    if (!record(left.first(count), *opened.sut)) return ExitStatus::usage;
    left = left.subspan(count);
  }
  return ExitStatus::conforms;
}

}  // namespace

void add_record(CLI::App& app, Work& chosen) {
  add_verb<RecordVerb>(app, chosen, "record", "Execute scripts, and write their traces", define, run);
}

}  // namespace portunus::tool
