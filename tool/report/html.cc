#include "tool/report/html.h"

#include <filesystem>
#include <kainjow/mustache.hpp>

#include "tool/input.h"
#include "tool/report/text.h"

namespace portunus::tool {
namespace {

namespace mustache = kainjow::mustache;

std::string excerpt(const std::filesystem::path& file) {
  if (file.empty()) return {};
  Loaded<std::string> text = load_text(file.string());
  if (!text.value) return text.error;
  if (text.value->size() <= page_text_max) return *text.value;
  return text.value->substr(0, page_text_max) + "\n… the rest is in " + file.string();
}

mustache::data fact(const std::string& key, const std::string& value) {
  mustache::data row;
  row.set("key", key);
  row.set("value", value);
  return row;
}

mustache::data facts(const CampaignResult& result) {
  const Counts& counts = result.counts;
  mustache::data rows(mustache::data::type::list);
  rows << fact("System under test", result.identity);
  rows << fact("Judged against", result.variant + (result.strict ? ", strict" : ""));
  rows << fact("Explained by", joined(result.variants, ", "));
  rows << fact("Seed", std::to_string(result.seed));
  rows << fact("Scripts", std::to_string(counts.scripts));
  rows << fact("Actions", std::to_string(counts.actions));
  rows << fact("Clauses exercised",
               std::to_string(result.exercised.count()) + " of " + std::to_string(model::clauses().size()));
  for (const std::string& reason : result.inconclusive) rows << fact("Not judged", reason);
  return rows;
}

mustache::data findings(const CampaignResult& result) {
  mustache::data rows(mustache::data::type::list);
  std::size_t number = 0;
  for (const Finding& finding : result.findings) {
    mustache::data row;
    row.set("number", std::to_string(++number));
    row.set("blame", finding.blame);
    row.set("text", finding_text(finding, number));
    row.set("script", excerpt(finding.script));
    row.set("trace", excerpt(finding.trace));
    row.set("reproduce", finding.reproduce);
    rows << row;
  }
  return rows;
}

mustache::data clauses(const CampaignResult& result) {
  mustache::data rows(mustache::data::type::list);
  for (const model::Clause& clause : model::clauses()) {
    const bool exercised = result.exercised.test(static_cast<std::size_t>(clause.id));
    mustache::data row;
    row.set("name", std::string(clause.name));
    row.set("strength", std::string(model::name(clause.strength)));
    row.set("exercised", exercised ? "yes" : "no");
    row.set("class", exercised ? "accepted" : "soft");
    row.set("sentence", std::string(clause.sentence));
    rows << row;
  }
  return rows;
}

}  // namespace

std::string html_report(const CampaignResult& result) {
  mustache::data page;
  page.set("sut", result.sut);
  page.set("verdict", std::string(model::name(result.verdict)));
  page.set("suite", result.suite_version);
  page.set("facts", facts(result));
  page.set("any_findings", mustache::data(!result.findings.empty()));
  page.set("findings", findings(result));
  page.set("clauses", clauses(result));
  return mustache::mustache(page_template).render(page);
}

}  // namespace portunus::tool
