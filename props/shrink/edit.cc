#include "props/shrink/edit.h"

#include <algorithm>

namespace portunus {
namespace {

void collect_block(const Script& script, std::size_t begin, std::size_t end,
                   std::vector<std::vector<std::size_t>>& blocks) {
  if (begin == end) return;
  const std::size_t own = blocks.size();
  blocks.emplace_back();
  for (std::size_t at = begin; at < end; at += 1 + script.steps[at].size) {
    blocks[own].push_back(at);
    collect_block(script, at + 1, at + 1 + script.steps[at].size, blocks);
  }
  blocks[own].push_back(end);
}

// Takes `count` off the size of every block that has the step at `at` in its body.
void shorten_around(Script& script, std::size_t at, std::size_t count) {
  for (std::size_t block = 0; block < at; ++block)
    if (Step& step = script.steps[block]; at <= block + step.size)
      step.size -= static_cast<std::uint32_t>(count);
}

void erase(Script& script, std::size_t begin, std::size_t end) {
  script.steps.erase(script.steps.begin() + static_cast<std::ptrdiff_t>(begin),
                     script.steps.begin() + static_cast<std::ptrdiff_t>(end));
}

// Visits what a step uses, and not what it binds.
template <class Visit>
void for_each_use(Step& step, Visit visit) {
  const Value bind = step.bind, second = step.second;
  step.bind = step.second = Value{};
  for_each_value(step, visit);
  step.bind = bind;
  step.second = second;
}

}  // namespace

std::vector<std::vector<std::size_t>> blocks_of(const Script& script) {
  std::vector<std::vector<std::size_t>> blocks;
  collect_block(script, 0, script.steps.size(), blocks);
  return blocks;
}

Script without(const Script& script, std::size_t begin, std::size_t end) {
  Script shorter = script;
  shorten_around(shorter, begin, end - begin);
  erase(shorter, begin, end);
  return shorter;
}

Script unwrapped(const Script& script, std::size_t at) {
  Script shorter = script;
  shorten_around(shorter, at, 1);
  erase(shorter, at, at + 1);
  return shorter;
}

std::vector<HandleUse> handles_used(const Script& script) {
  std::vector<HandleUse> uses;
  for (Step step : script.steps) {
    for_each_use(step, [&](Value& value) {
      if (handle_class(value) == HandleClass::none) return;
      const HandleUse use{handle_class(value), handle_index(value)};
      if (std::ranges::find(uses, use) == uses.end()) uses.push_back(use);
    });
  }
  return uses;
}

Script with_uses_replaced(const Script& script, HandleUse use, int index) {
  Script replaced = script;
  for (Step& step : replaced.steps) {
    for_each_use(step, [&](Value& value) {
      if (handle_class(value) == use.of && handle_index(value) == use.index)
        value = with_handle_index(value, index);
    });
  }
  return replaced;
}

}  // namespace portunus
