// Options that several verbs have: which system under test, and what it is judged against.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "impl/sut/sut.h"
#include "model/oracle/oracle.h"
#include "tool/exit_status.h"

namespace portunus::tool {

struct SutFlags {
  std::string sut = "hosted";
  std::string fault;
  std::optional<std::uint32_t> schedule;  // none: not given

  void add_to(CLI::App& verb);
  // `--schedule` too, for verbs that run a script under one of them.
  void add_with_schedule_to(CLI::App& verb);
};

// `--sut` alone.
void add_sut_option(CLI::App& verb, std::string& sut);

// `--mach-only`, of verbs that make scripts.
void add_mach_only_flag(CLI::App& verb, bool& mach_only);

struct JudgeFlags {
  std::string variant;  // empty: not given
  bool strict = false;

  void add_to(CLI::App& verb);
  // The options to judge with, where `declared` is what the system under test or its trace says it is.
  // They refer to this object or to `declared`.
  model::JudgeOptions options(std::string_view declared) const;
};

// The options to judge a recorded trace with: what the flags say, else the variant that its front matter
// names, else `any`; and of the kernel that its front matter names, which the oracle reads itself. Nothing
// when there is no variant or kernel of that name; the reason has been printed on stderr.
std::optional<model::JudgeOptions> options_for(const std::string& file, const Trace& trace,
                                               const JudgeFlags& flags);

// Opens the system under test. Where there is none to be had, `status` says why, and the reason has been
// printed on stderr.
struct Opened {
  std::unique_ptr<Sut> sut;
  ExitStatus status = ExitStatus::conforms;
};
Opened open(const SutFlags& flags);

// A check of a number on the command line, which would otherwise wrap around; the message, or an empty
// string.
std::string check_not_negative(const std::string& number);

// Prints `portunus: message` on stderr.
void complain(const std::string& message);

}  // namespace portunus::tool
