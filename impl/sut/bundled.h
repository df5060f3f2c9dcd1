// What the systems of our own CoreFoundation have in common, whichever kernel is beneath it.
#pragma once

#include <string>
#include <string_view>

#include "impl/cf/edition.h"
#include "impl/fault/fault.h"

namespace portunus {

// One line that says what exactly such a system is; `kernel` in words: `the bundled user-space Mach kernel`.
std::string bundled_identity(const cf::Edition& edition, std::string_view kernel, fault::Id fault);

// The registry's name of the fault; empty for none.
std::string_view fault_name(fault::Id fault);

}  // namespace portunus
