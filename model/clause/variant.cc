#include "model/clause/variant.h"

#include <algorithm>

namespace portunus::model {
namespace {

constexpr SwitchInfo kSwitches[] = {
    {Switch::info_during_invalidation,
     "info-during-invalidation",
     "info during the invalidation callback",
     2,
     {"the kept info", "NULL"}},
    {Switch::release_of_null_info,
     "release-of-null-info",
     "release of a NULL info at invalidation",
     2,
     {"called", "not called"}},
    {Switch::retain_under_registry_lock,
     "retain-under-registry-lock",
     "the context's retain at creation and the registry's lock",
     3,
     {"unlocked: a name can get two objects", "locked: calls that need the registry crash",
      "rescanned: unlocked, and the registry is looked at again"}},
    {Switch::death_during_creation,
     "death-during-creation",
     "the port's death during creation",
     2,
     {"shouldFreeInfo false, and the object stays registered", "shouldFreeInfo true, and nothing stays"}},
    {Switch::owned_rights,
     "owned-rights",
     "when an owned port's rights are dropped",
     3,
     {"asynchronously, the send right first",
      "by a record of the name; lost when the watch ended before the last release",
      "exactly once, when the object is freed and the watch has ended"}},
    {Switch::invalidated_during_delivery,
     "invalidated-during-delivery",
     "delivery to a port that its own retain invalidated",
     2,
     {"the message callout is called", "the message callout is not called"}},
    {Switch::sweep_of_unreferenced,
     "sweep-of-unreferenced",
     "objects that only the registry holds when another port dies",
     2,
     {"swept", "left alone while their port lives"}},
    {Switch::receive_only_watch,
     "receive-only-watch",
     "the death of a port without send rights",
     2,
     {"not noticed", "noticed"}},
    {Switch::no_receive_right_log,
     "no-receive-right-log",
     "a source of a port without a receive right",
     2,
     {"not logged", "logged once"}},
    {Switch::common_modes_log,
     "common-modes-log",
     "running the common modes as a whole",
     2,
     {"not logged", "logged once"}},
    {Switch::source_gone_log,
     "source-gone-log",
     "a message whose source has gone when it is to be delivered",
     2,
     {"not logged", "logged"}},
    {Switch::held_during_description,
     "held-during-description",
     "an object while its own copyDescription runs",
     2,
     {"not retained: gone where that releases it", "retained"}},
};

constexpr bool ids_are_places() {
  int place = 0;
  for (const SwitchInfo& row : kSwitches)
    if (static_cast<int>(row.id) != place++) return false;
  return place == switch_count;
}
static_assert(ids_are_places(), "the table stands in the order of the switches");

// The vector that takes of each switch the value at that place.
constexpr SwitchVector vector_of(const std::uint8_t (&places)[switch_count]) {
  SwitchVector vector;
  for (int place = 0; place < switch_count; ++place)
    vector.values[static_cast<std::size_t>(place)] = static_cast<std::uint8_t>(1u << places[place]);
  return vector;
}

constexpr Variant kVariants[] = {
    {"cf-1153", "CF-1153.18, exactly, defects included", vector_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})},
    {"cf-2021", "the last published text, exactly, defects included",
     vector_of({1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0})},
    {"intended", "cf-2021 with its defects repaired", vector_of({1, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1})},
};

}  // namespace

std::span<const SwitchInfo> switches() {
  return kSwitches;
}

const SwitchInfo& info(Switch id) {
  return kSwitches[static_cast<std::size_t>(id)];
}

std::optional<Switch> find_switch(std::string_view name) {
  const auto* row = std::ranges::find(kSwitches, name, &SwitchInfo::name);
  return row == std::end(kSwitches) ? std::nullopt : std::optional(row->id);
}

std::span<const Variant> variants() {
  return kVariants;
}

const Variant* find_variant(std::string_view name) {
  const auto* row = std::ranges::find(kVariants, name, &Variant::name);
  return row == std::end(kVariants) ? nullptr : row;
}

SwitchVector all_vectors() {
  SwitchVector vector;
  for (const SwitchInfo& row : kSwitches)
    vector.values[static_cast<std::size_t>(row.id)] = static_cast<std::uint8_t>((1u << row.value_count) - 1);
  return vector;
}

}  // namespace portunus::model
