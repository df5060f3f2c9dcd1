#include "impl/sut/gnumach/gnumach_sut.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "impl/sut/gnumach/image.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"
#include "props/impl/sut/fake_emulator.h"

namespace portunus {
namespace {

using namespace std::chrono_literals;

std::vector<Script> deed_scripts(std::initializer_list<const char*> deeds) {
  std::vector<Script> scripts;
  for (const char* deed : deeds) scripts.push_back(deed_script(deed));
  return scripts;
}

// The events in one line.
std::string events(const Trace& trace) {
  std::string words;
  for (const Label& label : trace.events) words += (words.empty() ? "" : ", ") + print(label);
  return words;
}

// The events of all traces, one line for each.
std::string run(gnumach::GnumachSut& sut, std::initializer_list<const char*> deeds) {
  std::string told;
  for (const Trace& trace : sut.execute_all(deed_scripts(deeds))) told += events(trace) + "\n";
  return told;
}

std::string lines(std::initializer_list<const char*> traces) {
  std::string told;
  for (const char* trace : traces) told.append(trace).append("\n");
  return told;
}

constexpr const char* good = "T1 start, T1 finish";

TEST_CASE("opening boots once, and the identity has the kernel's own line") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  REQUIRE(sut.begin() == "");
  CHECK(sut.identity() == "the bundled CoreFoundation, edition intended, on GNU Mach of the test in QEMU");
  sut.choose_schedule(3);
  CHECK(sut.identity().ends_with(" in QEMU, schedule 3"));
  CHECK(emulator.boots().size() == 1);
  CHECK(emulator.batch() == "portunus-batch 1\nedition intended\nfault none\nschedule 0\nscripts 0\n");
}

TEST_CASE("one boot runs a whole batch, and traces come in the order of the scripts") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  CHECK(run(sut, {"good", "crash", "good"}) == lines({good, "T2 crash segv", good}));
  CHECK(emulator.boots().size() == 1);
  const std::string text = print(deed_script("good"));
  CHECK(emulator.batch().find("scripts 3\nscript " + std::to_string(text.size()) + "\n" + text) !=
        std::string::npos);
}

TEST_CASE("a trace names the kernel, and the schedule that is not the plain one") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  const FrontMatter plain = {
      {"sut", "gnumach"}, {"variant", "intended"}, {"mach", "gnumach"}, {"deed", "good"}};
  CHECK(sut.execute(deed_script("good")).front_matter == plain);
  sut.choose_schedule(5);
  CHECK(front_matter_value(sut.execute(deed_script("good")).front_matter, "schedule") == "5");
  CHECK(emulator.batch().find("\nschedule 5\n") != std::string::npos);
}

TEST_CASE("the schedule chooses the density of preemptions, all seven of them in turn") {
  CHECK(gnumach::clock_shift(0) == 7);
  std::vector<int> shifts;
  for (std::uint64_t schedule = 7; schedule < 14; ++schedule)
    shifts.push_back(gnumach::clock_shift(schedule));
  std::ranges::sort(shifts);
  CHECK(shifts == std::vector{4, 5, 6, 7, 8, 9, 10});
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  for (const std::uint64_t schedule : {std::uint64_t{0}, std::uint64_t{1}}) {
    sut.choose_schedule(schedule);
    sut.execute(deed_script("good"));
    const std::string shift =
        "-icount shift=" + std::to_string(gnumach::clock_shift(schedule)) + ",sleep=off";
    CHECK(emulator.boots().back().find(shift) != std::string::npos);
  }
}

struct DownfallRow {
  std::string deed;
  const char* told;
};

TEST_CASE("what brings a machine down is the last event of the script under way, and the batch goes on") {
  const DownfallRow rows[] = {
      {"panic", "T0 crash killed"},
      {"silence", "T0 hang"},
      {"die", "T0 crash killed"},
      {"cut", "T1 start, T1 finish, T1 crash killed"},
      {"cut-silence", "T1 start, T1 finish, T1 hang"},
      {"garbage", "T0 crash garbage"},
      {"other-number", "T0 crash garbage"},
      {"control", "T0 crash garbage"},
      {"endless", "T0 crash garbage"},
      {"flood", "T0 crash flood"},
      {"leave-panic", "T1 start, T1 finish, T1 crash killed"},
  };
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  std::size_t boots = 0;
  for (const DownfallRow& row : rows) {
    CAPTURE(row.deed);
    CHECK(run(sut, {"good", row.deed.c_str(), "good"}) == lines({good, row.told, good}));
    boots += 2;
    CHECK(emulator.boots().size() == boots);
  }
}

TEST_CASE("events that are none are garbage, and nobody else's") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  CHECK(run(sut, {"bad-event", "good"}) == lines({"T0 crash garbage", good}));
  CHECK(emulator.boots().size() == 1);
}

TEST_CASE("a machine that ends in another way than it should is the last script's doing") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  CHECK(run(sut, {"good", "bad-status"}) == lines({good, "T1 start, T1 finish, T1 crash killed"}));
}

TEST_CASE("a console that says much holds nothing up") {
  const FakeEmulator emulator;
  auto sut = emulator.sut();
  CHECK(run(sut, {"noisy-console", "good"}) == lines({good, good}));
}

TEST_CASE("more scripts than one boot takes are several boots") {
  const FakeEmulator emulator;
  auto sut = emulator.sut(60s);
  const std::vector<Script> scripts(sut.batch_size() + 1, deed_script("good"));
  const std::vector<Trace> traces = sut.execute_all(scripts);
  REQUIRE(traces.size() == scripts.size());
  CHECK(std::ranges::all_of(traces, [](const Trace& trace) { return events(trace) == good; }));
  CHECK(emulator.boots().size() == 2);
}

struct BootRow {
  const char* body;
  const char* error;
};

TEST_CASE("a machine that does not come up is out of reach, with the console's last words") {
  const BootRow rows[] = {
      {"echo 'booting' >&2; echo 'no such module' >&2; exec sleep 60\n",
       "the virtual machine went silent; the guest has not said a word; the console's last words: "
       "booting / no such module"},
      {"printf 'panic \\033[1mkern\\r\\n' >&2; exec sleep 60\n",
       "the virtual machine met a panic of the kernel; the guest has not said a word; the console's last "
       "words: "
       "panic [1mkern"},
      {"exit 7\n",
       "the virtual machine ended before the guest had said all; the guest has not said a word; the "
       "console's last "
       "words: none"},
      {"printf 'portunus-guest 1\\nkernel K\\nerror there is no such edition\\n'; exit 1\n",
       "the virtual machine said what no guest says; the guest: there is no such edition; the console's last "
       "words: "
       "none"},
      {"printf 'portunus-guest 2\\n'; exec sleep 60\n",
       "the virtual machine said what no guest says; the console's last words: none"},
  };
  for (const BootRow& row : rows) {
    const FakeEmulator emulator(row.body);
    auto sut = emulator.sut();
    CHECK(sut.begin() == row.error);
  }
}

TEST_CASE("an emulator that cannot be started is out of reach") {
  gnumach::GnumachOptions options;
  options.machine.emulator = "/no/such/emulator";
  options.machine.image = "/";
  gnumach::GnumachSut sut(std::move(options));
  CHECK(sut.begin().ends_with("words: /no/such/emulator: No such file or directory"));
}

TEST_CASE("a machine that no longer comes up gives each script an event all the same, after a second try") {
  const FakeEmulator emulator("exit 1\n");
  auto sut = emulator.sut();
  CHECK(run(sut, {"good", "good"}) == lines({"T0 crash killed", "T0 crash killed"}));
  CHECK(emulator.boots().size() == 4);
}

TEST_CASE("what the guest says after its end is not listened to") {
  const FakeEmulator emulator("printf 'portunus-guest 1\\nkernel K\\nend\\nmore\\n'; exit 1\n");
  CHECK(emulator.sut().begin().starts_with("the virtual machine said what no guest says"));
}

TEST_CASE("an image that cannot be built is an error that names the log and ends with its end") {
  const Scratch scratch("image-" + std::to_string(getpid()));
  const gnumach::Image image = gnumach::make_image(scratch.path());
  CHECK(image.error.starts_with("the target portunus_gnumach could not be built; the whole output is in "));
  CHECK(image.error.find((scratch.path() / "gnumach" / "build.log").string()) != std::string::npos);
  CHECK_FALSE(Scratch::read(scratch.path() / "gnumach" / "build.log").empty());
  CHECK(image.error.find(", at its end: ") != std::string::npos);
}

TEST_CASE("a program is found by its path or by its name") {
  CHECK(gnumach::program_exists("/bin/sh"));
  CHECK(gnumach::program_exists("sh"));
  CHECK_FALSE(gnumach::program_exists("/bin/no-such-program"));
  CHECK_FALSE(gnumach::program_exists("no-such-program"));
}

}  // namespace
}  // namespace portunus
