// Every clause of the specification: one citable sentence each, with its strength and its evidence.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/clause/clause_id.h"
#include "model/clause/kernel.h"

namespace portunus::model {

enum class Strength : std::uint8_t {
  promised,    // documented by Apple
  pinned,      // both published editions agree, and a client can depend on it
  incidental,  // retain counts, description text, log lines
};

struct Clause {
  ClauseId id;
  std::string_view name;  // `invalidate.order`: the family, then the rule
  std::string_view sentence;
  Strength strength;
  std::string_view variants;  // where it holds; empty = everywhere. Names of switches' values otherwise
  std::string_view evidence;  // where it was observed: scenario ids, or a section of the facts
  std::optional<Kernel> kernel = std::nullopt;  // the kernel on which it holds; empty = every one
};

std::span<const Clause> clauses();
const Clause& clause(ClauseId id);
std::optional<ClauseId> find_clause(std::string_view name);
std::string_view name(Strength strength);

using ClauseSet = std::bitset<clause_count>;

}  // namespace portunus::model
