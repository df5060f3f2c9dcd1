#include "props/campaign/campaign.h"

#include <algorithm>
#include <utility>

#include "model/vocabulary/text.h"
#include "props/generate/exhaustive.h"
#include "props/shrink/failure.h"
#include "props/shrink/shrink.h"

namespace portunus {
namespace {

using model::Verdict;
using model::VerdictKind;

constexpr std::size_t kInconclusiveMax = 10;  // reasons that a result carries

std::uint64_t count_calls(const Script& script) {
  return static_cast<std::uint64_t>(std::ranges::count(script.steps, StepKind::call, &Step::kind));
}

struct Judged {
  Trace trace = {};
  Verdict verdict = {};
  std::optional<Failure> failure = {};
};

class Campaign {
 public:
  Campaign(Sut& sut, const CampaignOptions& options)
      : sut_(sut),
        options_(options),
        circumstances_{std::string(sut.name()), std::string(options.judge.variant), options.judge.strict,
                       options.fault} {}

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
    result_.sut = circumstances_.sut;
    result_.identity = sut_.identity();
    result_.variant = circumstances_.variant;
    result_.strict = circumstances_.strict;
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
    const Corpus corpus = read_corpus(options_.corpus, options_.judge.variant);
    result_.error = corpus.error;
    const std::uint64_t total = corpus.traces.size() + corpus.scripts.size();
    std::uint64_t done = 0;
    for (const CorpusTrace& item : corpus.traces) {
      if (over()) return;
      judge_recorded(item);
      tell(Phase::corpus, ++done, total);
    }
    for (const CorpusScript& item : corpus.scripts) {
      if (over()) return;
      run_script({.phase = Phase::corpus, .origin = item.origin}, item.script);
      tell(Phase::corpus, ++done, total);
    }
  }

  void run_exhaustive(int calls) {
    ExhaustiveScripts scripts(calls);
    for (std::uint64_t done = 1; !over(); ++done) {
      const auto script = scripts.next();
      if (!script) return;
      const std::string origin = "exhaustive " + std::to_string(calls) + ", script " + std::to_string(done);
      run_script({.phase = Phase::exhaustive, .origin = origin}, *script);
      tell(Phase::exhaustive, done, 0);
    }
  }

  void run_random(std::chrono::steady_clock::time_point started) {
    const auto time_left = [&] { return std::chrono::steady_clock::now() - started < *options_.time; };
    std::uint64_t& done = result_.counts.random_scripts;
    while (!over() && (options_.time ? time_left() : done < options_.scripts)) {
      const std::uint64_t seed = seed_for(options_.seed, done++);
      const std::string origin = "seed " + std::to_string(seed);
      run_script(
          {.phase = Phase::random, .origin = origin, .regenerate = replay_command(seed, circumstances_)},
          script_of_seed(seed, options_.generator));
      tell(Phase::random, done, options_.time ? 0 : options_.scripts);
    }
  }

  // --- one script, one trace ---

  Judged execute(const Script& script) {
    Judged judged{.trace = sut_.execute(script)};
    judged.verdict = model::judge(judged.trace, options_.judge);
    judged.failure = failure_of(judged.verdict, judged.trace);
    return judged;
  }

  void run_script(Finding finding, const Script& script) {
    const Judged judged = execute(script);
    ++result_.counts.scripts;
    count_trace(judged.trace, judged.verdict);
    count_verdict(judged.verdict.kind);
    explain(judged.verdict);
    switch (judged.verdict.kind) {
      case VerdictKind::accepted:
      case VerdictKind::unspecified:
        break;
      case VerdictKind::inconclusive:
        note_inconclusive(finding.origin, judged.verdict.reason);
        break;
      case VerdictKind::rejected:
        note_rejected(std::move(finding), script, judged, judged.failure.value_or(Failure{}));
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

  void note_rejected(Finding finding, const Script& script, const Judged& judged, const Failure& failure) {
    const auto known = std::ranges::find(failures_, failure, &std::pair<Failure, std::size_t>::first);
    if (known != failures_.end()) {
      ++result_.findings[known->second].seen;
      return;
    }
    failures_.emplace_back(failure, result_.findings.size());

    const auto fails_alike = [&](const Script& candidate) { return execute(candidate).failure == failure; };
    finding.repeated = fails_alike(script);
    finding.steps_before = script.steps.size();
    Script smallest = script;
    if (finding.repeated) smallest = shrink(script, fails_alike, options_.shrink_executions_max).script;
    Judged again = execute(smallest);
    // A system under test that is not deterministic may behave this time: then what was seen first is kept.
    if (again.failure != failure) {
      finding.repeated = false;
      smallest = script;
      again = judged;
    }
    finding.verdict = again.verdict;
    finding.blame = blame_words(failure);
    finding.calls = count_calls(smallest);
    finding.at = result_.counts.scripts;
    result_.error = keep(finding, std::move(smallest), std::move(again.trace), options_.reports,
                         result_.findings.size() + 1, circumstances_);
    finding.reproduce = replay_command(finding.script, circumstances_);
    if (!result_.error) add(std::move(finding));
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
  const Circumstances circumstances_;
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
