#include "props/campaign/campaign.h"

#include <algorithm>
#include <span>
#include <utility>

#include "model/vocabulary/text.h"
#include "props/generate/exhaustive.h"
#include "props/generate/mach_exhaustive.h"
#include "props/generate/mach_only.h"
#include "props/shrink/failure.h"
#include "props/shrink/shrink.h"

namespace portunus {
namespace {

using model::Verdict;
using model::VerdictKind;

constexpr std::size_t kInconclusiveMax = 10;  // reasons that a result carries
constexpr std::size_t kShrinkBatch = 64;      // candidates; the first few are the likely ones
constexpr std::size_t kTimedBatch = 32;       // the first one's scripts where the time is limited

std::uint64_t count_calls(const Script& script) {
  return static_cast<std::uint64_t>(std::ranges::count(script.steps, StepKind::call, &Step::kind));
}

struct Judged {
  Trace trace = {};
  Verdict verdict = {};
  std::optional<Failure> failure = {};
};

// A script that is to run, and where it is from.
struct Planned {
  std::string origin = {};
  std::optional<std::uint64_t> seed = {};  // of a random one
  Script script = {};
};

using Plan = std::function<std::optional<Planned>()>;  // the next one, or none

class Campaign {
 public:
  Campaign(Sut& sut, const CampaignOptions& options)
      : sut_(sut), options_(options), generator_(options.generator) {
    generator_.mach_only |= options.mach_only;
  }

  CampaignResult run() {
    begin();
    const auto started = std::chrono::steady_clock::now();
    if (!options_.corpus.empty()) run_corpus();
    for (int calls = 1; calls <= options_.exhaustive; ++calls) run_exhaustive(calls);
    run_random(started);
    end();
    return std::move(result_);
  }

 private:
  void begin() {
    result_.suite_version = suite_version();
    result_.seed = options_.seed;
    result_.schedules = options_.schedules;
    result_.sut = sut_.name();
    sut_.choose_schedule(0);
    result_.identity = sut_.identity();
    result_.variant = options_.judge.variant;
    result_.strict = options_.judge.strict;
    result_.mach_only = options_.mach_only;
    for (const model::Variant& variant : model::variants()) result_.variants.push_back(variant.name);
    result_.vector = model::all_vectors();
  }

  void end() {
    const Counts& counts = result_.counts;
    if (counts.rejected > 0)
      result_.verdict = VerdictKind::rejected;
    else if (counts.inconclusive > 0)
      result_.verdict = VerdictKind::inconclusive;
    if (counts.accepted == 0) result_.variants.clear();
  }

  bool over() const { return result_.error || result_.findings.size() >= options_.findings_max; }

  // --- phases ---

  void run_corpus() {
    Corpus corpus = read_corpus(options_.corpus, options_.judge.variant);
    result_.error = corpus.error;
    if (options_.mach_only) {
      std::erase_if(corpus.traces, [](const CorpusTrace& item) { return !is_mach_only(item.trace); });
      std::erase_if(corpus.scripts, [](const CorpusScript& item) { return !is_mach_only(item.script); });
    }
    const std::uint64_t total = corpus.traces.size() + corpus.scripts.size();
    std::uint64_t done = 0;
    for (const CorpusTrace& item : corpus.traces) {
      if (over()) return;
      judge_recorded(item);
      tell(Phase::corpus, ++done, total);
    }
    std::size_t next = 0;
    run_plan(
        Phase::corpus,
        [&]() -> std::optional<Planned> {
          if (next == corpus.scripts.size()) return std::nullopt;
          const CorpusScript& item = corpus.scripts[next++];
          return Planned{.origin = item.origin, .script = item.script};
        },
        done, total);
  }

  void run_exhaustive(int calls) {
    const std::string words = "exhaustive " + std::to_string(calls);
    if (!options_.mach_only) run_all(ExhaustiveScripts(calls), words);
    run_all(ExhaustiveMachScripts(calls), words + " of Mach");
  }

  template <class Scripts>
  void run_all(Scripts scripts, const std::string& origin) {
    std::uint64_t number = 0;
    run_plan(
        Phase::exhaustive,
        [&]() -> std::optional<Planned> {
          auto script = scripts.next();
          if (!script) return std::nullopt;
          return Planned{.origin = origin + ", script " + std::to_string(++number),
                         .script = std::move(*script)};
        },
        0, 0);
  }

  void run_random(std::chrono::steady_clock::time_point started) {
    const auto more = [&](std::uint64_t next) {
      if (!options_.time) return next < options_.scripts;
      return std::chrono::steady_clock::now() - started < *options_.time;
    };
    std::uint64_t next = 0;
    run_plan(
        Phase::random,
        [&]() -> std::optional<Planned> {
          if (!more(next)) return std::nullopt;
          const std::uint64_t seed = seed_for(options_.seed, next++);
          return Planned{.origin = "seed " + std::to_string(seed),
                         .seed = seed,
                         .script = script_of_seed(seed, generator_)};
        },
        0, options_.time ? 0 : options_.scripts);
  }

  // --- batches ---

  // Runs all that is planned. `done` of `total` have been dealt with in this phase already.
  void run_plan(Phase phase, const Plan& plan, std::uint64_t done, std::uint64_t total) {
    const bool timed = phase == Phase::random && options_.time;
    const std::size_t most = sut_.batch_size();
    // A batch that begins in time may end long after it: no longer after than what was before it took.
    for (std::size_t size = timed ? std::min(kTimedBatch, most) : most; !over();
         size = std::min(2 * size, most)) {
      std::vector<Planned> batch;
      while (batch.size() < size) {
        auto planned = plan();
        if (!planned) break;
        batch.push_back(std::move(*planned));
      }
      if (batch.empty()) return;
      for (std::uint64_t schedule = 0; schedule < options_.schedules && !over(); ++schedule)
        run_batch(phase, schedule, batch, done, total);
      done += batch.size();
    }
  }

  void run_batch(Phase phase, std::uint64_t schedule, std::span<const Planned> batch, std::uint64_t done,
                 std::uint64_t total) {
    sut_.choose_schedule(schedule);
    std::vector<Script> scripts;
    scripts.reserve(batch.size());
    for (const Planned& planned : batch) scripts.push_back(planned.script);
    std::vector<Trace> traces = sut_.execute_all(scripts);
    for (std::size_t at = 0; at < batch.size() && !over(); ++at) {
      if (phase == Phase::random && schedule == 0) ++result_.counts.random_scripts;
      judge_run(phase, batch[at], std::move(traces[at]));
      tell(phase, done + at + 1, total);
    }
  }

  // --- one script, one trace ---

  Judged judge(Trace trace) const {
    Judged judged{.trace = std::move(trace)};
    judged.verdict = model::judge(judged.trace, options_.judge);
    judged.failure = failure_of(judged.verdict, judged.trace);
    return judged;
  }

  void judge_run(Phase phase, const Planned& planned, Trace trace) {
    const Judged judged = judge(std::move(trace));
    ++result_.counts.scripts;
    count_trace(judged.trace, judged.verdict);
    count_verdict(judged.verdict.kind);
    explain(judged.verdict);
    switch (judged.verdict.kind) {
      case VerdictKind::accepted:
      case VerdictKind::unspecified:
        break;
      case VerdictKind::inconclusive:
        note_inconclusive(planned.origin, judged.verdict.reason);
        break;
      case VerdictKind::rejected:
        note_rejected(phase, planned, judged, judged.failure.value_or(Failure{}));
        break;
    }
  }

  // A recorded trace is judged strictly: it is there to show one clause, however weak.
  void judge_recorded(const CorpusTrace& item) {
    model::JudgeOptions judge = options_.judge;
    judge.variant = item.variant;
    judge.strict = true;
    const Verdict verdict = model::judge(item.trace, judge);
    ++result_.counts.traces;
    count_trace(item.trace, verdict);
    const bool as_it_should_be = verdict.kind == item.verdict;
    count_verdict(as_it_should_be ? VerdictKind::accepted : VerdictKind::rejected);
    if (as_it_should_be) return;
    const auto failure = failure_of(verdict, item.trace);
    add({.phase = Phase::corpus,
         .origin = item.origin,
         .trace = item.file,
         .verdict = verdict,
         .blame = "a trace that must be " + std::string(model::name(item.verdict)) + ": " +
                  (failure ? blame_words(*failure) : "it is accepted"),
         .reproduce = judge_command(item.file, item.variant, judge.strict)});
  }

  // --- what came out ---

  void note_inconclusive(const std::string& origin, const std::string& reason) {
    if (result_.inconclusive.size() < kInconclusiveMax)
      result_.inconclusive.push_back(origin + ": " + reason);
  }

  void note_rejected(Phase phase, const Planned& planned, const Judged& judged, const Failure& failure) {
    const auto known = std::ranges::find(failures_, failure, &std::pair<Failure, std::size_t>::first);
    if (known != failures_.end()) {
      ++result_.findings[known->second].seen;
      return;
    }
    failures_.emplace_back(failure, result_.findings.size());

    const Circumstances where = circumstances();
    Finding finding{.phase = phase, .schedule = where.schedule, .origin = planned.origin};
    finding.steps_before = planned.script.steps.size();
    if (planned.seed) finding.regenerate = replay_command(*planned.seed, where);
    auto [smallest, run] = smallest_run(planned.script, failure);
    finding.repeated = run.has_value();
    if (!run) run = judged;
    finding.verdict = run->verdict;
    finding.blame = blame_words(failure);
    finding.calls = count_calls(smallest);
    finding.at = result_.counts.scripts;
    result_.error = keep(finding, std::move(smallest), std::move(run->trace), options_.reports,
                         result_.findings.size() + 1, where);
    finding.reproduce = replay_command(finding.script, where);
    if (!result_.error) add(std::move(finding));
  }

  // The smallest script that fails so, and its run, alone as the command that reproduces it will run it. A
  // system under test that is not deterministic, or that a batch makes behave otherwise, may not fail then:
  // then it is the whole script's run, or no run at all.
  std::pair<Script, std::optional<Judged>> smallest_run(const Script& script, const Failure& failure) {
    Judged whole = judge(sut_.execute(script));
    if (whole.failure != failure) return {script, std::nullopt};
    Script smallest = shrink(script, first_failing(failure), shrink_limits()).script;
    Judged run = judge(sut_.execute(smallest));
    if (run.failure != failure) return {script, std::move(whole)};
    return {std::move(smallest), std::move(run)};
  }

  FirstFailing first_failing(const Failure& failure) {
    return [&](std::span<const Script> candidates) {
      std::vector<Trace> traces = sut_.execute_all(candidates);
      std::size_t at = 0;
      while (at < traces.size() && judge(std::move(traces[at])).failure != failure) ++at;
      return at;
    };
  }

  ShrinkLimits shrink_limits() const {
    if (sut_.batch_size() == 1) return {.asks = options_.shrink_executions_max, .batch = 1};
    return {.asks = options_.shrink_batches_max, .batch = std::min(kShrinkBatch, sut_.batch_size())};
  }

  Circumstances circumstances() const {
    return {.sut = std::string(sut_.name()),
            .variant = std::string(options_.judge.variant),
            .strict = options_.judge.strict,
            .mach_only = generator_.mach_only,
            .fault = options_.fault,
            .schedule = sut_.schedule()};
  }

  void add(Finding finding) {
    result_.findings.push_back(std::move(finding));
    const Finding& found = result_.findings.back();
    if (options_.progress)
      options_.progress({.phase = found.phase,
                         .done = done_,
                         .total = total_,
                         .findings = result_.findings.size(),
                         .found = &found});
  }

  void count_trace(const Trace& trace, const Verdict& verdict) {
    result_.counts.events += trace.events.size();
    result_.counts.actions +=
        static_cast<std::uint64_t>(std::ranges::count(trace.events, LabelKind::call, &Label::kind));
    result_.exercised |= verdict.exercised;
  }

  void count_verdict(VerdictKind kind) {
    Counts& counts = result_.counts;
    switch (kind) {
      case VerdictKind::accepted:
        ++counts.accepted;
        break;
      case VerdictKind::rejected:
        ++counts.rejected;
        break;
      case VerdictKind::inconclusive:
        ++counts.inconclusive;
        break;
      case VerdictKind::unspecified:
        ++counts.unspecified;
        break;
    }
  }

  // Keeps of the variants those that explain this trace too.
  void explain(const Verdict& verdict) {
    if (verdict.kind != VerdictKind::accepted) return;
    std::erase_if(result_.variants, [&](std::string_view variant) {
      return std::ranges::find(verdict.variants, variant) == verdict.variants.end();
    });
    for (std::size_t at = 0; at < result_.vector.values.size(); ++at)
      result_.vector.values[at] =
          static_cast<std::uint8_t>(result_.vector.values[at] & verdict.vector.values[at]);
  }

  void tell(Phase phase, std::uint64_t done, std::uint64_t total) {
    done_ = done;
    total_ = total;
    if (options_.progress)
      options_.progress({.phase = phase, .done = done, .total = total, .findings = result_.findings.size()});
  }

  Sut& sut_;
  const CampaignOptions& options_;
  GeneratorOptions generator_;
  CampaignResult result_;
  std::vector<std::pair<Failure, std::size_t>> failures_;  // and which finding each is
  std::uint64_t done_ = 0, total_ = 0;                     // of the phase under way
};

}  // namespace

CampaignResult run_campaign(Sut& sut, const CampaignOptions& options) {
  return Campaign(sut, options).run();
}

int exit_code(const CampaignResult& result) {
  if (result.error) return 2;
  switch (result.verdict) {
    case VerdictKind::rejected:
      return 1;
    case VerdictKind::inconclusive:
    case VerdictKind::unspecified:
      return 3;
    case VerdictKind::accepted:
      break;
  }
  return 0;
}

std::string_view suite_version() {
  return PORTUNUS_VERSION;
}

}  // namespace portunus
