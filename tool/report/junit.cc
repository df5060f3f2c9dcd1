#include <pugixml.hpp>

#include "tool/report/outcome.h"

namespace portunus::tool {
namespace {

class StringWriter final : public pugi::xml_writer {
 public:
  void write(const void* data, size_t size) override { text.append(static_cast<const char*>(data), size); }
  std::string text;
};

void add_property(pugi::xml_node properties, const char* name, const std::string& value) {
  pugi::xml_node property = properties.append_child("property");
  property.append_attribute("name").set_value(name);
  property.append_attribute("value").set_value(value.c_str());
}

void add_properties(pugi::xml_node suite, const CampaignResult& result) {
  pugi::xml_node properties = suite.append_child("properties");
  add_property(properties, "suite", "portunus " + result.suite_version);
  add_property(properties, "sut", result.sut);
  add_property(properties, "identity", result.identity);
  add_property(properties, "variant", result.variant);
  add_property(properties, "seed", std::to_string(result.seed));
}

void add_case(pugi::xml_node suite, const Outcome& outcome) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname").set_value(("portunus." + outcome.group).c_str());
  test.append_attribute("name").set_value(outcome.name.c_str());
  if (outcome.kind == OutcomeKind::passed) return;
  const char* element = outcome.kind == OutcomeKind::skipped  ? "skipped"
                        : outcome.kind == OutcomeKind::failed ? "failure"
                                                              : "error";
  pugi::xml_node child = test.append_child(element);
  child.append_attribute("message").set_value(outcome.detail.substr(0, outcome.detail.find('\n')).c_str());
  if (outcome.detail.find('\n') != std::string::npos) child.text().set(outcome.detail.c_str());
}

}  // namespace

std::string junit_report(const CampaignResult& result) {
  const std::vector<Outcome> all = outcomes(result);
  unsigned count[4] = {};
  for (const Outcome& outcome : all) ++count[static_cast<std::size_t>(outcome.kind)];

  pugi::xml_document document;
  pugi::xml_node suite = document.append_child("testsuites").append_child("testsuite");
  suite.append_attribute("name").set_value("portunus");
  suite.append_attribute("tests").set_value(static_cast<unsigned>(all.size()));
  suite.append_attribute("failures").set_value(count[static_cast<std::size_t>(OutcomeKind::failed)]);
  suite.append_attribute("errors").set_value(count[static_cast<std::size_t>(OutcomeKind::error)]);
  suite.append_attribute("skipped").set_value(count[static_cast<std::size_t>(OutcomeKind::skipped)]);
  add_properties(suite, result);
  for (const Outcome& outcome : all) add_case(suite, outcome);

  StringWriter writer;
  document.save(writer, "  ");
  return std::move(writer.text);
}

}  // namespace portunus::tool
