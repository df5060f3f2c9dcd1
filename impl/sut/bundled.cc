#include "impl/sut/bundled.h"

namespace portunus {

std::string bundled_identity(const cf::Edition& edition, std::string_view kernel, fault::Id fault) {
  std::string line = "the bundled CoreFoundation, edition " + std::string(edition.name) + ", on ";
  line += kernel;
  if (fault != fault::Id::none) line.append(", with the seeded fault ").append(fault_name(fault));
  return line;
}

std::string_view fault_name(fault::Id fault) {
  for (const fault::Fault& entry : fault::faults())
    if (entry.id == fault) return entry.name;
  return {};
}

}  // namespace portunus
