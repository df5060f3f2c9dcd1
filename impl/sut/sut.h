// A system under test: the thing judged, and how a driver in it is reached.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

  // Runs one script in a fresh world and gives back what happened. Whatever the system under test does is an
  // event of the trace: it never throws, and never takes the caller down. The trace's front matter names the
  // SUT and its variant.
  virtual Trace execute(const Script& script) = 0;
};

struct OpenedSut {
  std::unique_ptr<Sut> sut;  // empty when it cannot be had
  bool usage = false;        // the name or an option is wrong (exit code 2), rather than out of reach (3)
  std::string error;
};

// Opens a SUT by its command-line name: `hosted[:edition]`.
OpenedSut open_sut(std::string_view name, const SutOptions& options);

}  // namespace portunus
