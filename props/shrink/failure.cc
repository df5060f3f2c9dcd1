#include "props/shrink/failure.h"

#include <algorithm>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

// The event's kind and what it is about, without thread and values.
std::string bare_event(const Label& label) {
  std::string words(word(label.kind));
  const auto add = [&](std::string_view more) { words.append(" ").append(more); };
  switch (label.kind) {
    case LabelKind::call:
    case LabelKind::return_:
    case LabelKind::skip:
      add(info(label.function).name);
      break;
    case LabelKind::enter:
    case LabelKind::exit:
      add(info(label.callback).name);
      break;
    case LabelKind::log:
      add(word(static_cast<LogKind>(label.word)));
      break;
    case LabelKind::crash:
      add(word(static_cast<CrashKind>(label.word)));
      break;
    default:
      break;
  }
  return words;
}

void append(std::string& words, std::string_view more) {
  if (!words.empty()) words.append(", ");
  words.append(more);
}

}  // namespace

std::optional<Failure> failure_of(const model::Verdict& verdict, const Trace& trace) {
  if (verdict.kind == model::VerdictKind::accepted) return std::nullopt;
  Failure failure{.kind = verdict.kind, .reason = verdict.reason};
  if (verdict.kind != model::VerdictKind::rejected) return failure;
  failure.switches = verdict.blamed_switches;
  if (failure.switches.empty()) failure.clauses = verdict.blamed_clauses;
  std::ranges::sort(failure.switches);
  std::ranges::sort(failure.clauses);
  if (failure.switches.empty() && failure.clauses.empty())
    failure.event = verdict.event < trace.events.size() ? bare_event(trace.events[verdict.event]) : "the end";
  return failure;
}

std::string blame_words(const Failure& failure) {
  if (failure.kind != model::VerdictKind::rejected) return failure.reason;
  std::string words;
  for (const model::Switch id : failure.switches) append(words, model::info(id).title);
  for (const model::ClauseId id : failure.clauses) append(words, model::clause(id).name);
  return words.empty() ? failure.event : words;
}

}  // namespace portunus
