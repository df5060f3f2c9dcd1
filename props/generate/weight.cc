#include "props/generate/weight.h"

#include "props/generate/entropy.h"

namespace portunus {
namespace {

struct ActionRow {
  Action action;
  std::string_view name;
  std::uint8_t weight;
};

constexpr ActionRow kActions[] = {
    {Action::probe, "probe", 14},
    {Action::create, "create", 6},
    {Action::allocate, "allocate", 4},
    {Action::wrap, "wrap", 7},
    {Action::listen, "listen", 7},
    {Action::get_port, "get_port", 6},
    {Action::source, "source", 4},
    {Action::add, "add", 5},
    {Action::remove, "remove", 2},
    {Action::invalidate, "invalidate", 6},
    {Action::set_callback, "set_callback", 7},
    {Action::send, "send", 7},
    {Action::run, "run", 8},
    {Action::retain, "retain", 2},
    {Action::release, "release", 8},
    {Action::kill, "kill", 4},
    {Action::drop, "drop", 3},
    {Action::add_right, "add_right", 3},
    {Action::settle, "settle", 5},
    {Action::react, "react", 9},
    {Action::wild, "wild", 2},
    {Action::steer, "steer", 3},
    {Action::ask_loop, "ask_loop", 3},
    {Action::declare, "declare", 1},
    {Action::end_source, "end_source", 2},
    {Action::compare, "compare", 2},
    {Action::describe, "describe", 3},
    {Action::thread, "thread", 3},
};

constexpr bool rows_stand_in_order() {
  for (std::size_t place = 0; place < std::size(kActions); ++place)
    if (static_cast<std::size_t>(kActions[place].action) != place) return false;
  return std::size(kActions) == action_count;
}
static_assert(rows_stand_in_order());

}  // namespace

Weights plain_weights() {
  Weights weights = {};
  for (const ActionRow& row : kActions) weights[static_cast<std::size_t>(row.action)] = row.weight;
  return weights;
}

Weights batch_weights(std::uint64_t batch) {
  Weights weights = plain_weights();
  vary(weights, batch);
  return weights;
}

void vary(std::span<std::uint8_t> weights, std::uint64_t batch) {
  SeededEntropy entropy(batch);
  for (std::uint8_t& weight : weights) {
    constexpr std::uint8_t quarters[] = {4, 4, 4, 4, 0, 1, 8, 16};
    weight = static_cast<std::uint8_t>(weight * quarters[entropy.below(std::size(quarters))] / 4);
  }
}

std::string_view name(Action action) {
  return kActions[static_cast<std::size_t>(action)].name;
}

}  // namespace portunus
