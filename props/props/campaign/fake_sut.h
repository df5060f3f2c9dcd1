// Systems under test for the tests of the engine: what they do is decided by the script alone, so that the
// engine's tests depend on no implementation.
#pragma once

#include <functional>
#include <string>

#include "impl/sut/sut.h"

namespace portunus {

// Does nothing, and is seen to crash when `crashes(script)` holds. What it does not do is for nobody to see:
// a trace without events is one that ended before it began, and that is allowed.
class FakeSut final : public Sut {
 public:
  explicit FakeSut(std::function<bool(const Script&)> crashes) : crashes_(std::move(crashes)) {}

  std::string_view name() const override { return "fake sut"; }
  std::string_view variant() const override { return "intended"; }
  std::string identity() const override { return "a fake"; }
  const driver::Capabilities& capabilities() const override { return capabilities_; }

  Trace execute(const Script& script) override {
    ++executions;
    Trace trace{.front_matter = {{"sut", "fake sut"}}, .main = script.main, .events = {}};
    if (crashes_(script)) trace.events.push_back(crash_label(script.main, CrashKind::segv));
    return trace;
  }

  int executions = 0;

 private:
  std::function<bool(const Script&)> crashes_;
  driver::Capabilities capabilities_;
};

}  // namespace portunus
