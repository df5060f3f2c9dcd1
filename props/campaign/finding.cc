#include "props/campaign/finding.h"

#include <algorithm>
#include <fstream>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

namespace fs = std::filesystem;

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view("_-./:=,+@").find(letter) != std::string_view::npos;
}

// A word as a shell takes it.
std::string shell_word(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return std::string(word);
  std::string text = "'";
  for (const char letter : word) {
    if (letter == '\'')
      text += "'\\''";
    else
      text += letter;
  }
  return text + "'";
}

std::string circumstance_words(const Circumstances& circumstances) {
  std::string words =
      " --sut " + shell_word(circumstances.sut) + " --variant " + shell_word(circumstances.variant);
  if (circumstances.strict) words += " --strict";
  if (!circumstances.fault.empty()) words += " --fault " + shell_word(circumstances.fault);
  if (circumstances.schedule != 0) words += " --schedule " + std::to_string(circumstances.schedule);
  return words;
}

void set(FrontMatter& front_matter, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  const auto entry = std::ranges::find(front_matter, key, &FrontMatter::value_type::first);
  if (entry != front_matter.end())
    entry->second = value;
  else
    front_matter.emplace_back(key, value);
}

void describe(FrontMatter& front_matter, const Finding& finding, const Circumstances& circumstances) {
  std::string clauses;
  for (const model::ClauseId id : finding.verdict.blamed_clauses) {
    if (!clauses.empty()) clauses += ' ';
    clauses += model::clause(id).name;
  }
  set(front_matter, "clause", clauses);
  set(front_matter, "variant", circumstances.variant);
  set(front_matter, "verdict", model::name(finding.verdict.kind));
  set(front_matter, "source", finding.origin);
  set(front_matter, "sut", circumstances.sut);
  set(front_matter, "fault", circumstances.fault);
  if (circumstances.schedule != 0) set(front_matter, "schedule", std::to_string(circumstances.schedule));
  set(front_matter, "blame", finding.blame);
}

// Writes beside the file first, so that nobody ever sees half of it.
bool write_whole(const fs::path& file, const std::string& text) {
  fs::path beside = file;
  beside += ".part";
  std::ofstream out(beside, std::ios::binary);
  out << text;
  out.close();
  std::error_code failed;
  if (out) fs::rename(beside, file, failed);
  return out && !failed;
}

}  // namespace

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::corpus:
      return "corpus";
    case Phase::exhaustive:
      return "exhaustive";
    case Phase::random:
      return "random";
  }
  return "";
}

std::string replay_command(const fs::path& file, const Circumstances& circumstances) {
  return "./run replay " + shell_word(file.string()) + circumstance_words(circumstances);
}

std::string replay_command(std::uint64_t script_seed, const Circumstances& circumstances) {
  return "./run replay --seed " + std::to_string(script_seed) +
         (circumstances.mach_only ? " --mach-only" : "") + circumstance_words(circumstances);
}

std::string judge_command(const fs::path& file, std::string_view variant, bool strict) {
  return "./run judge " + shell_word(file.string()) + " --variant " + shell_word(variant) +
         (strict ? " --strict" : "");
}

std::optional<CampaignError> keep(Finding& finding, Script script, Trace trace, const fs::path& directory,
                                  std::size_t number, const Circumstances& circumstances) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) return CampaignError{.file = directory, .message = "cannot be made: " + failed.message()};

  describe(script.front_matter, finding, circumstances);
  describe(trace.front_matter, finding, circumstances);
  const std::string stem = std::string(number < 10 ? "finding-0" : "finding-") + std::to_string(number);
  finding.script = directory / (stem + ".script");
  finding.trace = directory / (stem + ".trace");
  if (!write_whole(finding.script, print(script)))
    return CampaignError{.file = finding.script, .message = "cannot be written"};
  if (!write_whole(finding.trace, print(trace)))
    return CampaignError{.file = finding.trace, .message = "cannot be written"};
  return std::nullopt;
}

}  // namespace portunus
