// The head of the traces that a SUT gives, and their end.
#pragma once

#include "impl/sut/sut.h"

namespace portunus {

// A trace without events: the front matter names the SUT, its variant, as `mach` its kernel where that is not
// `xnu`, and its schedule where that is not 0. It keeps what the script's says of its clause and source; what
// the script's says of other runs, its verdict and variant among that, is left out.
Trace begin_trace(const Sut& sut, const Script& script);

// `, schedule 3` for the identity of a SUT; nothing for the plain one.
std::string schedule_words(const Sut& sut);

// Whether nothing can follow the label in a trace: a crash or a hang.
bool ends_trace(const Label& label);

}  // namespace portunus
