// The hosted system without a process of its own, for fuzzers and benchmarks: as fast as it gets, and a crash
// of the system is the caller's.
#pragma once

#include "impl/sut/hosted.h"
#include "impl/sut/sut.h"

namespace portunus {

class HostedInProcess final : public Sut {
 public:
  // `name` as on the command line.
  HostedInProcess(std::string name, const HostedOptions& options);

  std::string_view name() const override { return name_; }
  std::string_view variant() const override { return options_.edition->name; }
  std::string identity() const override;
  const driver::Capabilities& capabilities() const override { return hosted_capabilities; }
  Trace execute(const Script& script) override;

 private:
  std::string name_;
  HostedOptions options_;
};

// One line that says what exactly the hosted system with these options is, but for its schedule.
std::string hosted_identity(const HostedOptions& options);

}  // namespace portunus
