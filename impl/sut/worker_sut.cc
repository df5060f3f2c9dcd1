#include "impl/sut/worker_sut.h"

#include <utility>

#include "impl/sut/trace_head.h"

namespace portunus {

WorkerSut::WorkerSut(SutFacts facts, std::unique_ptr<WorkerTask> task, const WorkerLimits& limits)
    : facts_(std::move(facts)), worker_(std::move(task), limits) {}

std::string WorkerSut::identity() const {
  return facts_.identity + schedule_words(*this);
}

Trace WorkerSut::execute(const Script& script) {
  Trace trace = begin_trace(*this, script);
  trace.events = worker_.run(script, schedule());
  return trace;
}

}  // namespace portunus
