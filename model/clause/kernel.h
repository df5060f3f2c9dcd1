// The second axis of the specification, beside the variants: the Mach kernel that a CoreFoundation runs on. A
// variant says what the library does, a kernel what its Mach calls answer. A trace names its kernel in the
// front matter: `mach: gnumach`; one that names none is of XNU.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portunus::model {

enum class Kernel : std::uint8_t {
  xnu,      // Apple's, and the hosted kernel: facts mach-xnu
  gnumach,  // GNU Mach 1.8: facts gnumach
};

std::string_view name(Kernel kernel);  // `xnu`, `gnumach`
std::optional<Kernel> find_kernel(std::string_view name);

}  // namespace portunus::model
