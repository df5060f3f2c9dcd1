#include "props/generate/mach_exhaustive.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "model/vocabulary/text.h"
#include "props/generate/canonical.h"
#include "props/generate/mach_only.h"

namespace portunus {
namespace {

std::set<std::string> all(int calls, std::size_t& given) {
  std::set<std::string> texts;
  ExhaustiveMachScripts scripts(calls);
  given = 0;
  while (const auto script = scripts.next()) {
    ++given;
    REQUIRE(well_formed(*script));
    REQUIRE(is_canonical(*script));
    REQUIRE(is_mach_only(*script));
    texts.insert(print(*script));
  }
  CHECK_FALSE(scripts.next().has_value());
  return texts;
}

TEST_CASE("every sequence of Mach's calls is given once, in each world") {
  for (int calls = 0; calls <= 3; ++calls) {
    std::size_t given = 0;
    CHECK(all(calls, given).size() == given);
    constexpr std::size_t counts[] = {4, 78, 1406, 25671};
    CHECK(given == counts[calls]);
  }
}

TEST_CASE("what the two names are, the calls, and the probes stand in this order") {
  std::size_t given = 0;
  const auto texts = all(2, given);
  CHECK(
      texts.contains("portunus-script 1\n"
                     "main T0\n"
                     "N0 = mach_port_allocate(RECEIVE)\n"
                     "mach_port_insert_right(N0, N0, MAKE_SEND)\n"
                     "N1 = mach_port_allocate(PORT_SET)\n"
                     "mach_port_insert_member(N0, N1)\n"
                     "N2, N3 = mach_msg_receive(N1, 256, false, 0ms)\n"
                     "settle\n"
                     "mach_port_type(N0)\n"
                     "mach_port_get_refs(N0, SEND)\n"
                     "mach_port_get_attributes(N0)\n"
                     "mach_port_type(N1)\n"
                     "mach_port_get_refs(N1, SEND)\n"
                     "mach_port_get_attributes(N1)\n"
                     "N4, N5 = mach_msg_receive(N0, 256, false, 0ms)\n"
                     "mach_port_get_set_status(N1)\n"
                     "N6, N7 = mach_msg_receive(N1, 256, false, 0ms)\n"
                     "end 15\n"));
}

}  // namespace
}  // namespace portunus
