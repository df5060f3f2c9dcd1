// Boots the guest that tests the layer, on the real kernel.
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "impl/sut/gnumach/image.h"
#include "impl/sut/gnumach/machine.h"

namespace portunus::gnumach {
namespace {

// All that the guest says; nothing on a machine that has no way to Debian's packages.
std::string run_layer_guest(std::uint64_t schedule) {
  const Image image = make_image(PORTUNUS_BUILD);
  if (image.error.find("cannot be downloaded") != std::string::npos) {
    MESSAGE(image.error);
    return {};
  }
  REQUIRE_MESSAGE(image.error.empty(), image.error);
  MachineOptions options;
  options.image = image.directory / "layer";
  options.watchdog = std::chrono::seconds(60);
  Machine machine(options, clock_shift(schedule), "");
  std::string said;
  std::string bytes;
  while (machine.listen(bytes) == Machine::Heard::output) said += bytes;
  CHECK_MESSAGE(machine.ended_well(), "the console's last words: ", machine.last_words());
  CHECK(!said.empty());
  return said;
}

void check_report(const std::string& said) {
  if (said.empty()) return;
  std::istringstream lines(said);
  int passed = 0;
  std::string line;
  while (std::getline(lines, line) && line != "end") {
    CHECK_MESSAGE(line.starts_with("ok "), line);
    ++passed;
  }
  CHECK(line == "end");
  constexpr int cases = 30;
  CHECK(passed == cases);
}

TEST_CASE("the layer does on GNU Mach what Darwin's headers promise") {
  check_report(run_layer_guest(0));
}

TEST_CASE("under other schedules, too") {
  for (const std::uint64_t schedule : {std::uint64_t{1}, std::uint64_t{2}})
    check_report(run_layer_guest(schedule));
}

}  // namespace
}  // namespace portunus::gnumach
