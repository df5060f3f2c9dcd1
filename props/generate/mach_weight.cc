#include "props/generate/mach_weight.h"

#include "props/generate/weight.h"

namespace portunus {
namespace {

struct ActionRow {
  MachAction action;
  std::uint8_t weight;
};

constexpr ActionRow kActions[] = {
    {MachAction::probe, 14},   {MachAction::allocate, 10}, {MachAction::choose_name, 5},
    {MachAction::insert, 9},   {MachAction::extract, 4},   {MachAction::refs, 9},
    {MachAction::drop, 4},     {MachAction::destroy, 3},   {MachAction::member, 9},
    {MachAction::limit, 3},    {MachAction::counter, 3},   {MachAction::request, 6},
    {MachAction::provoke, 5},  {MachAction::send, 6},      {MachAction::send_rights, 12},
    {MachAction::receive, 14}, {MachAction::flood, 2},     {MachAction::bury, 3},
    {MachAction::settle, 2},   {MachAction::wild, 5},      {MachAction::thread, 4},
};

constexpr bool rows_stand_in_order() {
  for (std::size_t place = 0; place < std::size(kActions); ++place)
    if (static_cast<std::size_t>(kActions[place].action) != place) return false;
  return std::size(kActions) == mach_action_count;
}
static_assert(rows_stand_in_order());

}  // namespace

MachWeights plain_mach_weights() {
  MachWeights weights = {};
  for (const ActionRow& row : kActions) weights[static_cast<std::size_t>(row.action)] = row.weight;
  return weights;
}

MachWeights batch_mach_weights(std::uint64_t batch) {
  MachWeights weights = plain_mach_weights();
  vary(weights, batch);
  return weights;
}

}  // namespace portunus
