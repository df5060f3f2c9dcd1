// `portunus record`: executes scripts and writes their traces; judges nothing.

#include <cstdio>
#include <filesystem>
#include <set>
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
  options.sut.add_to(verb);
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
  for (const Recording& recording : *recordings) {
    const Trace trace = opened.sut->execute(recording.script);
    const std::string error = write_file(recording.trace.string(), print(trace));
    if (!error.empty()) {
      complain(error);
      return ExitStatus::usage;
    }
    std::printf("%s\n", recording.trace.string().c_str());
  }
  return ExitStatus::conforms;
}

}  // namespace

void add_record(CLI::App& app, Work& chosen) {
  add_verb<RecordVerb>(app, chosen, "record", "Execute scripts, and write their traces", define, run);
}

}  // namespace portunus::tool
