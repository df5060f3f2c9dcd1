#include "model/clause/clause.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "model/clause/variant.h"
#include "model/oracle/oracle.h"
#include "props/model/corpus.h"

namespace portunus::model {
namespace {

TEST_CASE("a clause has a name of its own, a sentence, and evidence") {
  std::set<std::string_view> names;
  for (const Clause& each : clauses()) {
    INFO(std::string(each.name));
    CHECK(names.insert(each.name).second);
    CHECK(each.name.find('.') != std::string_view::npos);
    CHECK(each.sentence.ends_with('.'));
    CHECK_FALSE(each.evidence.empty());
    CHECK(find_clause(each.name) == each.id);
    const std::string_view which = each.variants.substr(0, each.variants.find(':'));
    CHECK((which.empty() || find_switch(which).has_value()));
  }
}

TEST_CASE("a kernel is found by its name, and by no other") {
  for (const Kernel kernel : {Kernel::xnu, Kernel::gnumach}) CHECK(find_kernel(name(kernel)) == kernel);
  CHECK(name(Kernel::gnumach) == "gnumach");
  CHECK_FALSE(find_kernel("").has_value());
  CHECK_FALSE(find_kernel("GNU").has_value());
}

TEST_CASE("a clause of one kernel is cited by traces of that kernel alone") {
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    const Explanation explanation = explain(recorded.trace, {.variant = recorded.variant, .strict = true});
    for (const Clause& each : clauses()) {
      if (!each.kernel || each.kernel == recorded.kernel) continue;
      INFO(recorded.path, " cites ", std::string(each.name));
      CHECK_FALSE(explanation.verdict.exercised.test(static_cast<std::size_t>(each.id)));
    }
  }
}

TEST_CASE("a variant takes one value of each switch, and the three differ") {
  for (const Variant& variant : variants()) {
    for (const SwitchInfo& row : switches()) {
      const unsigned value = variant.vector.values[static_cast<std::size_t>(row.id)];
      INFO(std::string(variant.name), " ", std::string(row.name));
      CHECK(value != 0);
      CHECK((value & (value - 1)) == 0);
      CHECK(value < 1u << row.value_count);
    }
    for (const Variant& other : variants())
      if (&other != &variant) CHECK_FALSE(other.vector == variant.vector);
  }
}

TEST_CASE("every switch distinguishes two of the variants") {
  for (const SwitchInfo& row : switches()) {
    std::set<unsigned> values;
    for (const Variant& variant : variants())
      values.insert(variant.vector.values[static_cast<std::size_t>(row.id)]);
    INFO(std::string(row.name));
    CHECK(values.size() == row.value_count);
  }
}

TEST_CASE("every clause is cited by an accepted trace, and has a rejected twin") {
  ClauseSet cited;
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    const Explanation explanation = explain(recorded.trace, {.variant = recorded.variant, .strict = true});
    cited |= explanation.verdict.exercised;
  }
  std::set<std::string> twins;
  for (const RecordedTrace& recorded : recorded_traces("reject"))
    twins.insert(std::string(front_matter_value(recorded.trace.front_matter, "clause")));
  for (const Clause& each : clauses()) {
    INFO(std::string(each.name));
    CHECK(cited.test(static_cast<std::size_t>(each.id)));
    CHECK(twins.contains(std::string(each.name)));
  }
}

}  // namespace
}  // namespace portunus::model
