#include "impl/sut/sut.h"

#include "impl/sut/gnumach/gnumach_sut.h"
#include "impl/sut/gnumach/image.h"
#include "impl/sut/hosted_in_process.h"
#include "impl/sut/worker_sut.h"

namespace portunus {

std::vector<Trace> Sut::execute_all(std::span<const Script> scripts) {
  std::vector<Trace> traces;
  traces.reserve(scripts.size());
  for (const Script& script : scripts) traces.push_back(execute(script));
  return traces;
}

namespace {

constexpr std::string_view hosted_kind = "hosted";
constexpr std::string_view gnumach_kind = "gnumach";

OpenedSut usage_error(std::string error) {
  return {.sut = nullptr, .usage = true, .error = std::move(error)};
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

OpenedSut out_of_reach(std::string_view name, const std::string& why) {
  return {.sut = nullptr,
          .usage = false,
          .error = "the system under test " + quoted(name) + " is out of reach: " + why};
}

class HostedTask final : public WorkerTask {
 public:
  explicit HostedTask(const HostedOptions& options) : options_(options) {}

  void run(const Script& script, std::uint64_t schedule, Channel& channel) override {
    options_.schedule = schedule;
    run_hosted(script, options_, channel);
  }
  ThreadId current_thread() override { return hosted_thread(); }

 private:
  HostedOptions options_;
};

// `hosted, hosted:cf-1153, …`, and the same of gnumach.
std::string sut_names() {
  std::string names;
  for (const std::string_view kind : {hosted_kind, gnumach_kind}) {
    names.append(names.empty() ? "" : ", ").append(kind);
    for (const cf::Edition* edition : cf::editions)
      names.append(", ").append(kind).append(":").append(edition->name);
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

OpenedSut open_hosted(std::string_view name, const cf::Edition& edition, fault::Id fault,
                      const SutOptions& options) {
  const HostedOptions hosted{.edition = &edition, .fault = fault};
  SutFacts facts{.name = std::string(name),
                 .variant = std::string(edition.name),
                 .identity = hosted_identity(hosted),
                 .capabilities = hosted_capabilities};
  const WorkerLimits limits{.watchdog = std::chrono::milliseconds(options.watchdog_ms),
                            .memory_bytes = options.memory_bytes};
  return {.sut = std::make_unique<WorkerSut>(std::move(facts), std::make_unique<HostedTask>(hosted), limits),
          .usage = false,
          .error = {}};
}

OpenedSut open_gnumach(std::string_view name, const cf::Edition& edition, fault::Id fault,
                       const SutOptions& options) {
  gnumach::GnumachOptions machine{.name = std::string(name), .edition = &edition, .fault = fault};
  // The guest watches the scripts itself, and says now and then that it is alive.
  machine.machine.watchdog = 4 * std::chrono::milliseconds(options.watchdog_ms);
  machine.machine.memory_bytes = options.memory_bytes;
  if (!gnumach::program_exists(machine.machine.emulator))
    return out_of_reach(
        name, "there is no " + machine.machine.emulator + "; it is in the Debian package qemu-system-x86");
  gnumach::Image image = gnumach::make_image(PORTUNUS_BUILD);
  if (!image.error.empty()) return out_of_reach(name, image.error);
  machine.machine.image = std::move(image.directory);
  auto sut = std::make_unique<gnumach::GnumachSut>(std::move(machine));
  if (const std::string error = sut->begin(); !error.empty()) return out_of_reach(name, error);
  return {.sut = std::move(sut), .usage = false, .error = {}};
}

// Systems that have a name, but that this build does not reach.
bool is_elsewhere(std::string_view name) {
  return name == "darwin" || name.find('/') != std::string_view::npos;
}

}  // namespace

OpenedSut open_sut(std::string_view name, const SutOptions& options) {
  const std::string_view kind = name.substr(0, name.find(':'));
  if (kind != hosted_kind && kind != gnumach_kind) {
    if (is_elsewhere(name)) return out_of_reach(name, "it is not available in this build");
    return usage_error("there is no system under test " + quoted(name) + "; there are " + sut_names());
  }
  const cf::Edition* edition = kind == name ? &cf::intended : cf::find_edition(name.substr(kind.size() + 1));
  if (edition == nullptr)
    return usage_error("there is no system under test " + quoted(name) + "; there are " + sut_names());
  std::string error;
  const fault::Id fault = find_fault(options.fault, error);
  if (!error.empty()) return usage_error(error);
  OpenedSut opened = (kind == hosted_kind ? open_hosted : open_gnumach)(name, *edition, fault, options);
  if (opened.sut) opened.sut->choose_schedule(options.schedule);
  return opened;
}

}  // namespace portunus
