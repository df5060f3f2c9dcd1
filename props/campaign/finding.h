// A finding: a script whose trace was not allowed, made small, and kept on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "impl/sut/sut.h"
#include "model/oracle/oracle.h"
#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"
#include "props/campaign/corpus.h"

namespace portunus {

enum class Phase : std::uint8_t { corpus, exhaustive, random };
std::string_view name(Phase phase);

struct Finding {
  Phase phase = Phase::random;
  std::uint64_t schedule = 0;  // under which it was found
  std::string origin = {};     // `corpus/accept/create/plain.script`, `exhaustive 3, script 17`, `seed 8198`
  std::filesystem::path script = {};  // the smallest script; empty for a trace of the corpus, which has none
  std::filesystem::path trace = {};   // what happened when it ran
  model::Verdict verdict = {};        // of that trace
  std::string blame = {};             // in words
  std::string reproduce = {};         // the command that shows it again
  std::string regenerate = {};        // random scripts: the command that shows the script before shrinking
  bool repeated = true;               // it failed in the same way when it was run again
  std::uint64_t calls = 0;            // calls in the smallest script
  std::uint64_t steps_before = 0;     // steps before shrinking
  std::uint64_t at = 0;               // scripts that had been executed when it was found, itself included
  std::uint64_t seen = 1;             // scripts that failed in this way
};

// What the commands of a finding name, beside the file or the seed.
struct Circumstances {
  std::string sut;
  std::string variant;
  bool strict = false;
  bool mach_only = false;      // of the campaign: a seed gives another script then
  std::string fault = {};      // or empty
  std::uint64_t schedule = 0;  // of the SUT
};

// `./run replay FILE --sut S --variant V [--strict] [--fault F] [--schedule K]`, each word quoted where a
// shell needs it.
std::string replay_command(const std::filesystem::path& file, const Circumstances& circumstances);
// `./run replay --seed N [--mach-only] …`
std::string replay_command(std::uint64_t script_seed, const Circumstances& circumstances);
// `./run judge FILE --variant V [--strict]`: for a trace that is judged as it was recorded.
std::string judge_command(const std::filesystem::path& file, std::string_view variant, bool strict);

// Writes the finding's script and trace into `directory` (made if it is not there) under the names
// `finding-NN.script` and `.trace`, each whole or not at all, with front matter that tells where they are
// from, and sets the finding's paths. The error if that cannot be done.
std::optional<CampaignError> keep(Finding& finding, Script script, Trace trace,
                                  const std::filesystem::path& directory, std::size_t number,
                                  const Circumstances& circumstances);

}  // namespace portunus
