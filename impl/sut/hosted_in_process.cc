#include "impl/sut/hosted_in_process.h"

#include "impl/sut/bundled.h"
#include "impl/sut/trace_head.h"
#include "model/vocabulary/limits.h"

namespace portunus {
namespace {

// Collects events; one too many becomes the crash that a flood is.
class Recorder final : public EventSink {
 public:
  explicit Recorder(std::vector<Label>& events) : events_(events) {}

  bool take(const Label& label) override {
    if (!events_.empty() && ends_trace(events_.back())) return false;
    const bool flooded = events_.size() + 1 == limits::events && !ends_trace(label);
    events_.push_back(flooded ? crash_label(label.thread, CrashKind::flood) : label);
    return !ends_trace(events_.back());
  }

 private:
  std::vector<Label>& events_;
};

}  // namespace

HostedInProcess::HostedInProcess(std::string name, const HostedOptions& options)
    : name_(std::move(name)), options_(options) {
  choose_schedule(options.schedule);
}

std::string HostedInProcess::identity() const {
  return hosted_identity(options_) + schedule_words(*this);
}

Trace HostedInProcess::execute(const Script& script) {
  Trace trace = begin_trace(*this, script);
  Recorder recorder(trace.events);
  options_.schedule = schedule();
  run_hosted(script, options_, recorder);
  return trace;
}

std::string hosted_identity(const HostedOptions& options) {
  return bundled_identity(*options.edition, "the bundled user-space Mach kernel", options.fault);
}

}  // namespace portunus
