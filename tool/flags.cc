#include "tool/flags.h"

#include <cstdio>
#include <utility>

#include "impl/fault/fault.h"
#include "tool/progress.h"

namespace portunus::tool {
namespace {

std::string check_variant(const std::string& name) {
  if (model::is_variant_name(name)) return {};
  std::string known;
  for (const model::Variant& variant : model::variants()) known += std::string(variant.name) + ", ";
  return "there is no variant '" + name + "'; there are " + known + "any and hybrid";
}

std::string check_fault(const std::string& name) {
  if (!fault::compiled_in)
    return "this build has no seeded faults; `./run mutants` and the preset debug have";
  if (fault::find(name) != nullptr) return {};
  std::string known;
  for (const fault::Fault& fault : fault::faults()) known += " " + std::string(fault.name);
  return "there is no fault '" + name + "'; there are" + known;
}

}  // namespace

void add_sut_option(CLI::App& verb, std::string& sut) {
  verb.add_option(
          "--sut", sut,
          "The system under test: hosted, or gnumach (a GNU Mach kernel in QEMU); with an edition of our "
          "CoreFoundation hosted:EDITION, gnumach:EDITION: cf-1153, cf-2021 or intended")
      ->capture_default_str();
}

void add_mach_only_flag(CLI::App& verb, bool& mach_only) {
  verb.add_flag("--mach-only", mach_only,
                "Only scripts of Mach's calls alone, with nothing of CoreFoundation");
}

void SutFlags::add_to(CLI::App& verb) {
  add_sut_option(verb, sut);
  verb.add_option("--fault", fault, "Seed a fault into it (in builds with faults)")->check(check_fault);
}

void SutFlags::add_with_schedule_to(CLI::App& verb) {
  add_to(verb);
  verb.add_option("--schedule", schedule, "Under which of its schedules it runs; 0 is its plain one")
      ->check(check_not_negative);
}

void JudgeFlags::add_to(CLI::App& verb) {
  verb.add_option("--variant", variant,
                  "Judge against this variant: cf-1153, cf-2021, intended, any or hybrid")
      ->check(check_variant);
  verb.add_flag("--strict", strict, "Incidental clauses count too");
}

model::JudgeOptions JudgeFlags::options(std::string_view declared) const {
  model::JudgeOptions options;
  options.variant = variant.empty() ? declared : std::string_view(variant);
  options.strict = strict;
  return options;
}

std::optional<model::JudgeOptions> options_for(const std::string& file, const Trace& trace,
                                               const JudgeFlags& flags) {
  std::string_view declared = front_matter_value(trace.front_matter, "variant");
  if (declared.empty()) declared = "any";
  const model::JudgeOptions options = flags.options(declared);
  if (!model::is_variant_name(options.variant)) {
    complain(file + ": its front matter names the variant '" + std::string(declared) +
             "', and there is none");
    return std::nullopt;
  }
  const std::string_view mach = front_matter_value(trace.front_matter, "mach");
  if (mach.empty() || model::find_kernel(mach)) return options;
  complain(file + ": its front matter names the kernel '" + std::string(mach) + "', and there is none");
  return std::nullopt;
}

Opened open(const SutFlags& flags) {
  SutOptions options;
  options.fault = flags.fault;
  options.schedule = flags.schedule.value_or(0);
  ProgressLine line;
  line.show("opening " + flags.sut + "; what it needs is built where that has not been done");
  OpenedSut opened = open_sut(flags.sut, options);
  line.clear();
  if (opened.sut) return {std::move(opened.sut), ExitStatus::conforms};
  complain(opened.error);
  return {nullptr, opened.usage ? ExitStatus::usage : ExitStatus::unjudged};
}

std::string check_not_negative(const std::string& number) {
  return number.starts_with('-') ? number + " is negative" : std::string();
}

void complain(const std::string& message) {
  std::fprintf(stderr, "portunus: %s\n", message.c_str());
}

}  // namespace portunus::tool
