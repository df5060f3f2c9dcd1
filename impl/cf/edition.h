// Editions: every difference between the published texts of CFMachPort, and every repaired defect, is one
// switch here. The code asks the switches and never which edition it is. Sources: facts cfmachport, at each
// switch; the repairs are the decisions of the specification's variant `intended`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portunus::cf {

// What is held while ctx.retain runs at creation (facts cfmachport 1).
enum class CreationRetain : std::uint8_t {
  unlocked,     // nothing, and nothing is looked at again: a nested wrap of the same name makes two objects
  under_lock,   // the registry's lock: whatever takes it inside traps
  then_rescan,  // nothing; the registry is scanned again afterwards, and an object found there wins
};

// How the two rights of a CFMachPortCreate'd object are given back (facts cfmachport 5).
enum class OwnedRights : std::uint8_t {
  afterwards,    // in a background item, once freed and cancelled: the send right, then the receive right
  by_name,       // as the one record for the name says, which forgets who owns what
  exactly_once,  // once freed and cancelled, by whichever comes last: the receive right, then the other
};

struct Edition {
  std::string_view name;

  bool info_cleared_before_callback;  // GetContext.info is NULL from the start of inv on (facts 5)
  bool null_info_released;            // ctx.release is called with NULL when the info is NULL (facts 1)
  CreationRetain creation_retain;
  bool failed_creation_undone;  // NULL means that nothing stays retained, and the flag says so (facts 2)
  bool stale_hit_replaced;      // a registered object whose port is gone is no hit, though its name is reused
                                // (facts 9)
  OwnedRights owned_rights;
  bool callout_after_invalidation;  // an Invalidate in delivery's ctx.retain does not stop the callout (facts
                                    // 6)
  bool undeliverable_destroyed;     // a message with nobody to go to is destroyed with its rights (facts 11)
  bool unreferenced_swept;          // a sweep takes objects whose only reference is the registry's (facts 10)
  bool receive_only_watched;        // the death of a port without senders is noticed (facts 9)
  bool other_type_bits_invalid;     // IsValid refuses a name with a type bit it does not know (facts 0)
  bool description_retains;      // an object may be invalidated and released by its copyDescription (facts 4)
  bool no_receive_right_logged;  // facts 2
  bool source_gone_logged;       // facts 11
  bool common_modes_run_logged;  // facts 11
};

// CF-1153.18 (2015).
inline constexpr Edition cf_1153 = {
    .name = "cf-1153",
    .info_cleared_before_callback = false,
    .null_info_released = true,
    .creation_retain = CreationRetain::unlocked,
    .failed_creation_undone = false,
    .stale_hit_replaced = false,
    .owned_rights = OwnedRights::afterwards,
    .callout_after_invalidation = true,
    .undeliverable_destroyed = false,
    .unreferenced_swept = true,
    .receive_only_watched = false,
    .other_type_bits_invalid = true,
    .description_retains = false,
    .no_receive_right_logged = false,
    .source_gone_logged = false,
    .common_modes_run_logged = false,
};

// The last text that Apple published (2021).
inline constexpr Edition cf_2021 = {
    .name = "cf-2021",
    .info_cleared_before_callback = true,
    .null_info_released = false,
    .creation_retain = CreationRetain::under_lock,
    .failed_creation_undone = false,
    .stale_hit_replaced = false,
    .owned_rights = OwnedRights::by_name,
    .callout_after_invalidation = true,
    .undeliverable_destroyed = false,
    .unreferenced_swept = true,
    .receive_only_watched = false,
    .other_type_bits_invalid = false,
    .description_retains = false,
    .no_receive_right_logged = true,
    .source_gone_logged = true,
    .common_modes_run_logged = true,
};

// cf-2021 with its defects repaired: what this library does unless it is told otherwise.
inline constexpr Edition intended = {
    .name = "intended",
    .info_cleared_before_callback = true,
    .null_info_released = false,
    .creation_retain = CreationRetain::then_rescan,
    .failed_creation_undone = true,
    .stale_hit_replaced = true,
    .owned_rights = OwnedRights::exactly_once,
    .callout_after_invalidation = false,
    .undeliverable_destroyed = true,
    .unreferenced_swept = false,
    .receive_only_watched = true,
    .other_type_bits_invalid = false,
    .description_retains = true,
    .no_receive_right_logged = true,
    .source_gone_logged = true,
    .common_modes_run_logged = true,
};

inline constexpr std::array<const Edition*, 3> editions = {&cf_1153, &cf_2021, &intended};

// The edition of that name; nullptr if there is none.
constexpr const Edition* find_edition(std::string_view name) {
  for (const Edition* edition : editions) {
    if (edition->name == name) return edition;
  }
  return nullptr;
}

}  // namespace portunus::cf
