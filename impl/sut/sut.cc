#include "impl/sut/sut.h"

#include "impl/sut/hosted_in_process.h"
#include "impl/sut/worker_sut.h"

namespace portunus {
namespace {

OpenedSut usage_error(std::string error) {
  return {.sut = nullptr, .usage = true, .error = std::move(error)};
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

class HostedTask final : public WorkerTask {
 public:
  explicit HostedTask(const HostedOptions& options) : options_(options) {}

  void run(const Script& script, Channel& channel) override { run_hosted(script, options_, channel); }
  ThreadId current_thread() override { return hosted_thread(); }

 private:
  HostedOptions options_;
};

std::string edition_names() {
  std::string names;
  for (const cf::Edition* edition : cf::editions) {
    if (!names.empty()) names += ", ";
    names += "hosted:" + std::string(edition->name);
  }
  return names;
}

// Finds the fault's id; says why not in `error`.
fault::Id find_fault(std::string_view name, std::string& error) {
  if (name.empty()) return fault::Id::none;
  if (!fault::compiled_in) {
    error = "this build has no seeded faults; configure it with PORTUNUS_FAULTS";
    return fault::Id::none;
  }
  if (const fault::Fault* found = fault::find(name)) return found->id;
  error = "there is no fault " + quoted(name) + "; there are";
  for (const fault::Fault& fault : fault::faults()) error += " " + std::string(fault.name);
  return fault::Id::none;
}

OpenedSut open_hosted(std::string_view name, std::string_view edition_name, const SutOptions& options) {
  const cf::Edition* edition = cf::find_edition(edition_name);
  if (edition == nullptr)
    return usage_error("there is no edition " + quoted(edition_name) + "; there are " + edition_names());
  std::string error;
  const fault::Id fault = find_fault(options.fault, error);
  if (!error.empty()) return usage_error(error);
  const HostedOptions hosted{.edition = edition, .fault = fault, .schedule = options.schedule};
  SutFacts facts{.name = std::string(name),
                 .variant = std::string(edition->name),
                 .identity = hosted_identity(hosted),
                 .capabilities = hosted_capabilities};
  const WorkerLimits limits{.watchdog = std::chrono::milliseconds(options.watchdog_ms),
                            .memory_bytes = options.memory_bytes};
  return {.sut = std::make_unique<WorkerSut>(std::move(facts), std::make_unique<HostedTask>(hosted), limits),
          .usage = false,
          .error = {}};
}

// Systems that have a name, but that this build does not reach.
bool is_elsewhere(std::string_view name) {
  const std::string_view kind = name.substr(0, name.find(':'));
  return kind == "gnumach" || kind == "darwin" || name.find('/') != std::string_view::npos;
}

}  // namespace

OpenedSut open_sut(std::string_view name, const SutOptions& options) {
  constexpr std::string_view hosted = "hosted";
  if (name == hosted) return open_hosted(name, cf::intended.name, options);
  if (name.starts_with("hosted:")) return open_hosted(name, name.substr(hosted.size() + 1), options);
  if (is_elsewhere(name))
    return {.sut = nullptr,
            .usage = false,
            .error = "the system under test " + quoted(name) + " is not available in this build"};
  return usage_error("there is no system under test " + quoted(name) + "; there are hosted, " +
                     edition_names());
}

}  // namespace portunus
