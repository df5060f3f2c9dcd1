// Variants are vectors of switches. A switch is one difference between editions of CFMachPort, or one
// repaired defect; a variant fixes each switch to one of its values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace portunus::model {

enum class Switch : std::uint8_t {
  info_during_invalidation,
  release_of_null_info,
  retain_under_registry_lock,
  death_during_creation,
  owned_rights,
  invalidated_during_delivery,
  sweep_of_unreferenced,
  receive_only_watch,
  no_receive_right_log,
  common_modes_log,
  source_gone_log,
  held_during_description,
};
inline constexpr int switch_count = static_cast<int>(Switch::held_during_description) + 1;

struct SwitchInfo {
  Switch id;
  std::string_view name;     // `info-during-invalidation`
  std::string_view title;    // what it is about, as blame prints it: `info during the invalidation callback`
  std::uint8_t value_count;  // at most 4
  std::string_view values[4];  // what each value means, in words
};

std::span<const SwitchInfo> switches();
const SwitchInfo& info(Switch id);
std::optional<Switch> find_switch(std::string_view name);

// For each switch the values still possible, a bit each. A variant has one bit in each.
struct SwitchVector {
  std::array<std::uint8_t, switch_count> values = {};

  friend constexpr bool operator==(const SwitchVector&, const SwitchVector&) = default;
};

struct Variant {
  std::string_view name;  // `cf-1153`, `cf-2021`, `intended`
  std::string_view what;
  SwitchVector vector;
};

std::span<const Variant> variants();
const Variant* find_variant(std::string_view name);  // nullptr if there is none; knows the three above only
SwitchVector all_vectors();                          // each switch free: the variant `hybrid` begins so

}  // namespace portunus::model
