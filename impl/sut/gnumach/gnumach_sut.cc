#include "impl/sut/gnumach/gnumach_sut.h"

#include <utility>

#include "impl/sut/bundled.h"
#include "impl/sut/event_text.h"
#include "impl/sut/trace_head.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus::gnumach {
namespace {

// The machine has 64 MiB, most of which is the kernel's and the scripts' own.
constexpr std::size_t batch_bytes_max = std::size_t{4} << 20;

// The texts of as many of the scripts as one boot takes: one at least.
std::vector<std::string> print_some(std::span<const Script> scripts, std::size_t most) {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (const Script& script : scripts) {
    std::string text = print(script);
    bytes += text.size();
    if (!texts.empty() && (texts.size() == most || bytes > batch_bytes_max)) break;
    texts.push_back(std::move(text));
  }
  return texts;
}

Label label_of(Downfall downfall, ThreadId thread) {
  switch (downfall) {
    case Downfall::silence:
      return plain_label(thread, LabelKind::hang);
    case Downfall::garbage:
      return crash_label(thread, CrashKind::garbage);
    case Downfall::flood:
      return crash_label(thread, CrashKind::flood);
    case Downfall::none:
    case Downfall::died:
    case Downfall::panic:
      break;
  }
  return crash_label(thread, CrashKind::killed);
}

// The events that were told of a script, when nothing went wrong beside.
std::vector<Label> events_of(const Told& told, ThreadId main) {
  std::string_view text = told.events;
  // Where the telling was cut off, a line may have been too.
  if (!told.whole) text = text.substr(0, text.rfind('\n') + 1);
  std::vector<Label> events;
  if (!read_events(text, events))
    end_events(events, crash_label(last_thread(events, main), CrashKind::garbage));
  else if (events.size() == limits::events && !ends_trace(events.back()))
    end_events(events, crash_label(events.back().thread, CrashKind::flood));
  return events;
}

std::string words_of(Downfall downfall) {
  switch (downfall) {
    case Downfall::none:
    case Downfall::died:
      break;
    case Downfall::panic:
      return "met a panic of the kernel";
    case Downfall::silence:
      return "went silent";
    case Downfall::garbage:
    case Downfall::flood:
      return "said what no guest says";
  }
  return "ended before the guest had said all";
}

}  // namespace

std::string GnumachSut::begin() {
  const Boot boot = boot_with({});
  kernel_line_ = boot.report.kernel();
  if (boot.downfall == Downfall::none) return {};
  std::string error = "the virtual machine " + words_of(boot.downfall);
  if (boot.report.silent()) error += "; the guest has not said a word";
  if (!boot.report.error().empty()) error += "; the guest: " + boot.report.error();
  return error + "; the console's last words: " + (boot.last_words.empty() ? "none" : boot.last_words);
}

std::string GnumachSut::identity() const {
  return bundled_identity(*options_.edition, kernel_line_ + " in QEMU", options_.fault) +
         schedule_words(*this);
}

Trace GnumachSut::execute(const Script& script) {
  return std::move(execute_all({&script, 1}).front());
}

std::vector<Trace> GnumachSut::execute_all(std::span<const Script> scripts) {
  std::vector<Trace> traces;
  traces.reserve(scripts.size());
  while (traces.size() < scripts.size()) run_some(scripts.subspan(traces.size()), traces);
  return traces;
}

Boot GnumachSut::boot_with(std::span<const std::string> scripts) const {
  const Setting setting{
      .edition = options_.edition->name, .fault = fault_name(options_.fault), .schedule = schedule()};
  return boot(options_.machine, clock_shift(schedule()), print_batch(setting, scripts), scripts.size());
}

// One boot: adds the traces of one script or more.
void GnumachSut::run_some(std::span<const Script> scripts, std::vector<Trace>& traces) {
  const std::vector<std::string> texts = print_some(scripts, scripts_max);
  Boot boot = boot_with(texts);
  // A machine that does not come up has not met the script yet, and may the next time.
  if (boot.report.told().empty()) boot = boot_with(texts);

  const std::vector<Told>& told = boot.report.told();
  const std::size_t begun = std::max<std::size_t>(told.size(), 1);
  for (std::size_t at = 0; at < begun; ++at) {
    Trace trace = begin_trace(*this, scripts[at]);
    if (at < told.size()) trace.events = events_of(told[at], trace.main);
    const bool ended = !trace.events.empty() && ends_trace(trace.events.back());
    if (at + 1 == begun && boot.downfall != Downfall::none && !ended)
      end_events(trace.events, label_of(boot.downfall, last_thread(trace.events, trace.main)));
    traces.push_back(std::move(trace));
  }
}

}  // namespace portunus::gnumach
