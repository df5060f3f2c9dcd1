// Systems under test for the tests of the engine: what they do is decided by the script alone, so that the
// engine's tests depend on no implementation.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

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

  Trace execute(const Script& script) override { return std::move(execute_all({&script, 1}).front()); }

  std::vector<Trace> execute_all(std::span<const Script> scripts) override {
    if (before_batch) before_batch(scripts.size());
    if (scripts.size() > 1) batches.push_back(scripts.size());
    std::vector<Trace> traces;
    for (const Script& script : scripts) traces.push_back(run(script));
    return traces;
  }

  std::size_t batch_size() const override { return batch; }

  std::size_t batch = 1;
  std::vector<std::size_t> batches;  // how many scripts each had that had several
  std::function<void(std::size_t scripts)> before_batch;
  int executions = 0;

 private:
  Trace run(const Script& script) {
    ++executions;
    Trace trace{.front_matter = {{"sut", "fake sut"}}, .main = script.main, .events = {}};
    if (crashes_(script)) trace.events.push_back(crash_label(script.main, CrashKind::segv));
    return trace;
  }

  std::function<bool(const Script&)> crashes_;
  driver::Capabilities capabilities_;
};

}  // namespace portunus
