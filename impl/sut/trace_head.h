// The head of the traces that a SUT gives.
#pragma once

#include "impl/sut/sut.h"

namespace portunus {

// A trace without events: the front matter names the SUT and its variant, and keeps what the script's says of
// its clause and source. A script's own verdict and variant are left out: they speak of other runs.
Trace begin_trace(const Sut& sut, const Script& script);

// Whether nothing can follow the label in a trace: a crash or a hang.
bool ends_trace(const Label& label);

}  // namespace portunus
