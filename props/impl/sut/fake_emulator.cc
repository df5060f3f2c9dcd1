#include "props/impl/sut/fake_emulator.h"

#include <unistd.h>

#include <sstream>

namespace portunus {
namespace {

constexpr const char* prologue = R"(#!/bin/sh
echo "$*" >>boots
cat >batch
)";

constexpr const char* guest = R"(
events='T1 start
T1 finish
'
printf 'portunus-guest 1\nkernel GNU Mach of the test\n'
number=0
status=1
for deed in $(sed -n 's/^# deed: //p' batch); do
  printf 'begin %d\n' $number
  case $deed in
    panic) echo 'panic ../kern/test.c:1: oh dear' >&2; exec sleep 60 ;;
    silence) exec sleep 60 ;;
    die) kill -KILL $$ ;;
    cut) printf 'trace %d 1000\n%sT1 fin' $number "$events"; exit 1 ;;
    cut-silence) printf 'trace %d 1000\n%s' $number "$events"; exec sleep 60 ;;
    garbage) echo 'Segmentation fault'; exec sleep 60 ;;
    other-number) printf 'trace %d 0\n' $((number + 1)); exec sleep 60 ;;
    control) printf 'trace \001\n'; exec sleep 60 ;;
    endless) exec tr '\0' x </dev/zero ;;
    flood) printf 'trace %d 99999999999\n' $number; exec sleep 60 ;;
    bad-event) printf 'trace %d 9\nT0 hello\n' $number; number=$((number + 1)); continue ;;
    crash) printf 'trace %d 14\nT2 crash segv\n' $number; number=$((number + 1)); continue ;;
    bad-status) status=3 ;;
    noisy-console) tr '\0' y </dev/zero | head -c 1000000 >&2 ;;
  esac
  printf 'trace %d %d\n%s' $number ${#events} "$events"
  case $deed in
    leave-panic) echo 'panic ../kern/test.c:2: too late' >&2; exec sleep 60 ;;
  esac
  number=$((number + 1))
done
echo end
exit $status
)";

}  // namespace

FakeEmulator::FakeEmulator() : FakeEmulator(guest) {}

FakeEmulator::FakeEmulator(const std::string& body) : scratch_("emulator-" + std::to_string(getpid())) {
  scratch_.write("emulator", prologue + body);
  std::filesystem::permissions(scratch_.path() / "emulator", std::filesystem::perms::owner_all);
}

gnumach::GnumachSut FakeEmulator::sut(std::chrono::milliseconds watchdog) const {
  gnumach::GnumachOptions options;
  options.machine.emulator = scratch_.path() / "emulator";
  options.machine.image = scratch_.path();
  options.machine.watchdog = watchdog;
  return gnumach::GnumachSut(std::move(options));
}

std::vector<std::string> FakeEmulator::boots() const {
  std::istringstream lines(Scratch::read(scratch_.path() / "boots"));
  std::vector<std::string> boots;
  for (std::string line; std::getline(lines, line);) boots.push_back(line);
  return boots;
}

Script deed_script(const std::string& deed) {
  return {.front_matter = {{"deed", deed}}, .main = 0, .steps = {}};
}

}  // namespace portunus
