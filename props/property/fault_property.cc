// Each seeded fault makes the property of conformance fail, by the clause that the fault breaks.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdio>
#include <string>

#include "impl/fault/fault.h"
#include "impl/sut/sut.h"
#include "model/oracle/oracle.h"
#include "model/vocabulary/text.h"
#include "props/generate/generator.h"
#include "props/property/arbitrary.h"
#include "props/shrink/failure.h"
#include "props/shrink/shrink.h"

namespace portunus {
namespace {

// A worker runs the scripts: a fault may bring the system down.
class Faulty {
 public:
  explicit Faulty(const fault::Fault& fault) {
    SutOptions options;
    options.fault = fault.name;
    sut_ = std::move(open_sut("hosted", options).sut);
  }

  // How a run of the script fails; nothing if it does not.
  std::optional<Failure> run(const Script& script) {
    trace_ = sut_->execute(script);
    verdict_ = model::judge(trace_, {});
    return verdict_.kind == model::VerdictKind::rejected ? failure_of(verdict_, trace_) : std::nullopt;
  }

  const Trace& trace() const { return trace_; }

 private:
  std::unique_ptr<Sut> sut_;
  Trace trace_;
  model::Verdict verdict_;
};

struct Killed {
  Script script;
  Failure failure;
};

// The first script of the property's own sequence whose failure is blamed on that clause. A fault may show
// itself by other clauses too.
std::optional<Killed> kill(Faulty& faulty, std::string_view clause) {
  constexpr std::uint64_t scripts_max = 3000;
  for (std::uint64_t index = 0; index < scripts_max; ++index) {
    const rc::Random random(seed_for(1, index));
    const Script script = any_script()(random, static_cast<int>(index % 100)).value();
    const auto failure = faulty.run(script);
    if (failure && blame_words(*failure).find(clause) != std::string::npos) return Killed{script, *failure};
  }
  return std::nullopt;
}

void show(std::string_view fault, const Failure& failure, const Script& script) {
  std::printf("%s: %s\n%s\n", std::string(fault).c_str(), blame_words(failure).c_str(),
              print(script).c_str());
}

TEST_CASE("every seeded fault is found, and blamed on the clause that it breaks") {
  if (!fault::compiled_in) return;
  for (const fault::Fault& fault : fault::faults()) {
    CAPTURE(fault.name);
    CHECK(model::find_clause(fault.clause).has_value());
    Faulty faulty(fault);
    const auto killed = kill(faulty, fault.clause);
    CHECK(killed.has_value());
    if (!killed) continue;
    const auto alike = [&](const Script& script) { return faulty.run(script) == killed->failure; };
    const Shrunk shrunk = shrink(killed->script, alike, 2000);
    show(fault.name, killed->failure, shrunk.script);
    CHECK(alike(shrunk.script));
    CHECK(shrunk.script.steps.size() <= 8);
  }
}

}  // namespace
}  // namespace portunus
