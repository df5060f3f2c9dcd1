// One script among many that differ in the numbers of their handles alone.
#pragma once

#include "model/vocabulary/script.h"

namespace portunus {

// The script with its ports, sources, names, infos, and the modes but M0, numbered in the order of their
// first use in the text. Threads and run loops keep their numbers: which one is main matters.
Script canonical(Script script);

bool is_canonical(const Script& script);

}  // namespace portunus
