#include "tool/report/json.h"

#include <nlohmann/json.hpp>

#include "model/vocabulary/text.h"

namespace portunus::tool {
namespace {

using Json = nlohmann::ordered_json;

// Replaces bytes that are no UTF-8, which a system under test may have put into a name.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_finding(const Finding& finding) {
  Json clauses = Json::array(), switches = Json::array(), allowed = Json::array();
  for (const model::ClauseId id : finding.verdict.blamed_clauses) clauses.push_back(model::clause(id).name);
  for (const model::Switch id : finding.verdict.blamed_switches) switches.push_back(model::info(id).name);
  for (const model::Allowed& label : finding.verdict.allowed)
    allowed.push_back({{"label", print(label.label)}, {"clause", model::clause(label.clause).name}});
  return {{"phase", name(finding.phase)},
          {"origin", finding.origin},
          {"schedule", finding.schedule},
          {"verdict", model::name(finding.verdict.kind)},
          {"event", finding.verdict.event + 1},
          {"allowed", allowed},
          {"blame", finding.blame},
          {"blamed_switches", switches},
          {"blamed_clauses", clauses},
          {"script", finding.script.string()},
          {"trace", finding.trace.string()},
          {"calls", finding.calls},
          {"scripts", finding.at},
          {"reproduce", finding.reproduce}};
}

Json json_counts(const Counts& counts) {
  return {{"scripts", counts.scripts},        {"random_scripts", counts.random_scripts},
          {"traces", counts.traces},          {"actions", counts.actions},
          {"events", counts.events},          {"accepted", counts.accepted},
          {"rejected", counts.rejected},      {"inconclusive", counts.inconclusive},
          {"unspecified", counts.unspecified}};
}

Json json_kill(const Kill& kill) {
  Json entry = {{"name", kill.fault->name}, {"clause", kill.fault->clause},
                {"killed_by", nullptr},     {"scripts", kill.result.counts.scripts},
                {"blame", nullptr},         {"calls", nullptr}};
  if (kill.result.findings.empty()) return entry;
  const Finding& finding = kill.result.findings.front();
  entry["killed_by"] = finding.origin;
  entry["scripts"] = finding.at;
  entry["blame"] = finding.blame;
  entry["calls"] = finding.calls;
  return entry;
}

Json json_switch(const model::SwitchInfo& info) {
  Json values = Json::array();
  for (unsigned value = 0; value < info.value_count; ++value) values.push_back(info.values[value]);
  return {{"name", info.name}, {"title", info.title}, {"values", values}};
}

// A variant is told by the value of each switch, as an index into the switch's values.
Json json_variant(const model::Variant& variant) {
  Json values = Json::object();
  for (const model::SwitchInfo& info : model::switches()) {
    const unsigned bits = variant.vector.values[static_cast<std::size_t>(info.id)];
    for (unsigned value = 0; value < info.value_count; ++value)
      if ((bits >> value & 1) != 0) values[std::string(info.name)] = value;
  }
  return {{"name", variant.name}, {"what", variant.what}, {"values", values}};
}

}  // namespace

std::string json_report(const CampaignResult& result) {
  Json clauses = Json::array(), findings = Json::array(), variants = Json::array();
  for (const model::Clause& clause : model::clauses())
    clauses.push_back(
        {{"name", clause.name}, {"exercised", result.exercised.test(static_cast<std::size_t>(clause.id))}});
  for (const Finding& finding : result.findings) findings.push_back(json_finding(finding));
  for (const std::string_view variant : result.variants) variants.push_back(variant);
  return text_of({{"version", json_version},
                  {"suite", result.suite_version},
                  {"sut", result.sut},
                  {"identity", result.identity},
                  {"variant", result.variant},
                  {"strict", result.strict},
                  {"seed", result.seed},
                  {"schedules", result.schedules},
                  {"mach_only", result.mach_only},
                  {"verdict", model::name(result.verdict)},
                  {"variants", variants},
                  {"counts", json_counts(result.counts)},
                  {"findings", findings},
                  {"clauses", clauses}});
}

std::string json_kills(std::span<const Kill> kills) {
  Json faults = Json::array();
  for (const Kill& kill : kills) faults.push_back(json_kill(kill));
  return text_of({{"version", json_version}, {"suite", suite_version()}, {"faults", faults}});
}

std::string json_clauses(const CorpusCoverage* coverage) {
  Json clauses = Json::array(), switches = Json::array(), variants = Json::array();
  for (const model::Clause& clause : model::clauses()) {
    clauses.push_back({{"name", clause.name},
                       {"sentence", clause.sentence},
                       {"strength", model::name(clause.strength)},
                       {"variants", clause.variants},
                       {"mach", clause.kernel ? Json(model::name(*clause.kernel)) : Json(nullptr)},
                       {"evidence", clause.evidence}});
    if (coverage == nullptr) continue;
    const ClauseCoverage& by = coverage->clauses[static_cast<std::size_t>(clause.id)];
    clauses.back()["accepted"] = by.accepted;
    clauses.back()["rejected"] = by.rejected;
  }
  for (const model::SwitchInfo& info : model::switches()) switches.push_back(json_switch(info));
  for (const model::Variant& variant : model::variants()) variants.push_back(json_variant(variant));
  return text_of({{"version", json_version},
                  {"suite", suite_version()},
                  {"clauses", clauses},
                  {"switches", switches},
                  {"variants", variants}});
}

}  // namespace portunus::tool
