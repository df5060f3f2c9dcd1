#include "props/generate/exhaustive.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "model/vocabulary/text.h"
#include "props/generate/canonical.h"

namespace portunus {
namespace {

std::set<std::string> all(int calls, std::size_t& given) {
  std::set<std::string> texts;
  ExhaustiveScripts scripts(calls);
  given = 0;
  while (const auto script = scripts.next()) {
    ++given;
    REQUIRE(well_formed(*script));
    REQUIRE(is_canonical(*script));
    texts.insert(print(*script));
  }
  CHECK_FALSE(scripts.next().has_value());
  return texts;
}

TEST_CASE("every sequence is given once") {
  for (int calls = 0; calls <= 4; ++calls) {
    std::size_t given = 0;
    CHECK(all(calls, given).size() == given);
    constexpr std::size_t counts[] = {1, 4, 26, 240, 2763};
    CHECK(given == counts[calls]);
  }
}

TEST_CASE("scripts of two calls are among the sequences, with probes around them") {
  std::size_t given = 0;
  const auto texts = all(2, given);
  const std::string create_and_invalidate =
      "portunus-script 1\n"
      "main T0\n"
      "on invalidation(P0) {\n"
      "  CFMachPortGetContext(P0)\n"
      "}\n"
      "on release(I0) {\n"
      "  CFMachPortGetContext(P0)\n"
      "}\n"
      "P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)\n"
      "CFMachPortInvalidate(P0)\n"
      "settle\n"
      "CFMachPortIsValid(P0)\n"
      "CFMachPortGetContext(P0)\n"
      "CFMachPortGetInvalidationCallBack(P0)\n"
      "CFGetRetainCount(P0)\n"
      "end 11\n";
  CHECK(texts.contains(create_and_invalidate));
}

}  // namespace
}  // namespace portunus
