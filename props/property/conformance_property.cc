#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "impl/sut/hosted_in_process.h"
#include "model/oracle/oracle.h"
#include "model/vocabulary/text.h"
#include "props/property/arbitrary.h"
#include "props/shrink/failure.h"

namespace portunus {
namespace {

// Whether the hosted system's trace of any script is allowed; what is not is shown with its blame.
bool conforms(const std::string& scripts, const GeneratorOptions& options, const cf::Edition& edition) {
  const std::string variant(edition.name);
  return rc::check("every trace of a generated script " + scripts + " is accepted as " + variant, [&] {
    const Script script = *any_script(options);
    HostedInProcess sut("hosted:" + variant, {.edition = &edition});
    const Trace trace = sut.execute(script);
    const model::Verdict verdict = model::judge(trace, {.variant = variant});
    RC_CLASSIFY(verdict.kind == model::VerdictKind::unspecified);
    if (verdict.kind != model::VerdictKind::rejected) return;
    RC_LOG() << blame_words(*failure_of(verdict, trace)) << ", at event " << verdict.event + 1 << " of\n"
             << print(trace);
    RC_FAIL("rejected");
  });
}

TEST_CASE("the hosted system conforms to the variant that it declares") {
  CHECK(conforms("about CFMachPort", {}, cf::intended));
}

TEST_CASE("the hosted kernel conforms where nothing but Mach is called") {
  CHECK(conforms("of Mach's calls", {.mach_only = true}, cf::intended));
}

}  // namespace
}  // namespace portunus
