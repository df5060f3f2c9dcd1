// The words of the enumerated types, for printer and parser: one list each, in the order of the enumeration.
#pragma once

#include <span>
#include <string_view>

#include "model/vocabulary/value.h"

namespace portunus {

// The words that a value of this type may be, indexed by the value's number; empty for other types.
std::span<const std::string_view> words(Type type);
// The letter of a handle type's handles (`P` for port), or 0; and how many handles it has.
char handle_letter(Type type);
int handle_count(Type type);
// Whether a value of the type may be NULL (`null`).
bool may_be_null(Type type);

std::span<const std::string_view> log_kind_words();
std::span<const std::string_view> log_level_words();
std::span<const std::string_view> skip_reason_words();
std::span<const std::string_view> crash_kind_words();
std::span<const std::string_view> label_kind_words();
// The names of the bits of a value of type rights, lowest first.
std::span<const std::string_view> rights_words();

}  // namespace portunus
