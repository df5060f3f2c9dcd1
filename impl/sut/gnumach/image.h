// The image that a GNU Mach machine boots: Debian's kernel, and our guest, which a target of the build makes.
#pragma once

#include <filesystem>
#include <string>

namespace portunus::gnumach {

struct Image {
  std::filesystem::path directory;  // where `kernel` and `guest` lie
  std::string error;                // why there is none, or empty
};

// Has the build at `build` make the image, or bring it up to date; quick where nothing is to do. The first
// time it fetches packages. Of several processes one does it while the others wait. What the build says goes
// to a log file beside the image, which the error names.
Image make_image(const std::filesystem::path& build);

// Whether there is such a program: a path, or a name to look for in PATH.
bool program_exists(const std::string& program);

}  // namespace portunus::gnumach
