// A system under test: the thing judged, and how a driver in it is reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/driver/driver.h"
#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus {

struct SutOptions {
  std::string fault;                 // the name of a seeded fault, or empty
  std::uint64_t schedule = 0;        // which of the SUT's schedules; 0 is its plain one
  std::uint32_t watchdog_ms = 5000;  // real time that one script may take
  std::uint64_t memory_bytes = 1u << 30;
};

class Sut {
 public:
  virtual ~Sut() = default;

  virtual std::string_view name() const = 0;     // as on the command line: hosted:cf-2021
  virtual std::string_view variant() const = 0;  // the variant that it declares itself to be
  virtual std::string identity() const = 0;      // one line for reports: what exactly was judged
  virtual const driver::Capabilities& capabilities() const = 0;
  // Whose Mach is beneath it: `xnu`, or something that behaves like it, or `gnumach`.
  virtual std::string_view kernel() const { return "xnu"; }

  // Under which of its schedules scripts run. 0 is its plain one. Where it makes no choices of its own, or
  // makes them beyond reach, all are the same.
  std::uint64_t schedule() const { return schedule_; }
  void choose_schedule(std::uint64_t schedule) { schedule_ = schedule; }

  // Runs one script in a fresh world and gives back what happened. Whatever the system under test does is an
  // event of the trace: it never throws, and never takes the caller down. The trace's front matter names the
  // SUT, its variant, and its kernel and schedule where they are not the plain ones.
  virtual Trace execute(const Script& script) = 0;

  // Runs several, each in a fresh world, and gives their traces in the same order. A SUT that is slow to
  // begin may run many at one go.
  virtual std::vector<Trace> execute_all(std::span<const Script> scripts);
  // How many scripts it is best given at once.
  virtual std::size_t batch_size() const { return 1; }

 private:
  std::uint64_t schedule_ = 0;
};

struct OpenedSut {
  std::unique_ptr<Sut> sut;  // empty when it cannot be had
  bool usage = false;        // the name or an option is wrong (exit code 2), rather than out of reach (3)
  std::string error;
};

// Opens a SUT by its command-line name: `hosted[:edition]` or `gnumach[:edition]`. The latter is built where
// that has not been done yet, and boots once: that takes seconds, and the first time minutes.
OpenedSut open_sut(std::string_view name, const SutOptions& options);

}  // namespace portunus
