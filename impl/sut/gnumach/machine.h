// A virtual machine in which a guest runs one batch: an emulator's process, and what it tells.
//
// The emulator's three standard streams are the machine's three channels: the guest reads its batch from the
// first, tells what happens on the second, and the kernel's console (and what the emulator itself complains
// of) is the third. So nothing lies about on the disk, and a test can put a small script in QEMU's place.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "impl/sut/gnumach/batch.h"

namespace portunus::gnumach {

struct MachineOptions {
  std::string emulator = "qemu-system-i386";
  std::filesystem::path image = {};          // the directory where `kernel` and `guest` lie
  std::chrono::milliseconds watchdog{5000};  // real time that it may be silent
  std::uint64_t memory_bytes = 1u << 30;     // that the emulator may take
};

// The guest's clock ticks this many powers of two of nanoseconds for each instruction, so that a larger shift
// means more preemptions (facts gnumach 11). One of seven, by the schedule.
int clock_shift(std::uint64_t schedule);

class Machine {
 public:
  enum class Heard : std::uint8_t {
    output,   // of the guest
    over,     // the guest's channel is closed: there will be no more
    panic,    // the kernel's; there will be no more
    silence,  // for as long as the watchdog's time
  };

  // Starts it; where that cannot be done, it is over at once, and the console says why.
  Machine(const MachineOptions& options, int shift, std::string_view batch);
  ~Machine();  // kills it
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Waits for more output and gives it in `bytes`, or says why there is none.
  Heard listen(std::string& bytes);

  // Once it is over: waits for its end, no longer than the watchdog's time. Whether it ended as a guest ends
  // it that has said all.
  bool ended_well();

  // The end of what the console said, in one line, for people.
  std::string last_words() const;

 private:
  void start(const MachineOptions& options, int shift, std::string_view batch);
  void hear_console();

  std::chrono::milliseconds watchdog_;
  pid_t process_ = -1;
  int output_ = -1;
  int console_ = -1;
  std::string console_text_;  // the last part
  bool panicked_ = false;
};

// How a machine's run of a batch ended.
enum class Downfall : std::uint8_t {
  none,     // the guest said all that it had to
  died,     // the emulator's process ended early
  panic,    // the kernel's
  silence,  // nothing was heard for the watchdog's time
  garbage,  // the guest said what no guest says
  flood,    // or too much
};

struct Boot {
  Report report;
  Downfall downfall = Downfall::none;
  std::string last_words;  // the console's
};

// Boots a machine that runs a batch of so many scripts, and listens to its end.
Boot boot(const MachineOptions& options, int shift, std::string_view batch, std::size_t scripts);

}  // namespace portunus::gnumach
