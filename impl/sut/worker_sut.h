// A SUT whose scripts run in a worker process.
#pragma once

#include "impl/sut/sut.h"
#include "impl/sut/worker.h"

namespace portunus {

// What such a SUT says of itself.
struct SutFacts {
  std::string name;
  std::string variant;
  std::string identity;  // without the schedule
  driver::Capabilities capabilities;
};

class WorkerSut final : public Sut {
 public:
  WorkerSut(SutFacts facts, std::unique_ptr<WorkerTask> task, const WorkerLimits& limits);

  std::string_view name() const override { return facts_.name; }
  std::string_view variant() const override { return facts_.variant; }
  std::string identity() const override;
  const driver::Capabilities& capabilities() const override { return facts_.capabilities; }
  Trace execute(const Script& script) override;

 private:
  SutFacts facts_;
  Worker worker_;
};

}  // namespace portunus
