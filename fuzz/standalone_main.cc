// Stands in for a fuzzing engine: runs a target over the files and directories that it is given, in order.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

// The file itself, or every file below the directory, sorted.
std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool run(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
    return false;
  }
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

}  // namespace

// Exit status: 0, 2 if there is nothing to run or a file cannot be read. A failing input aborts.
int main(int count, char** arguments) {
  std::size_t done = 0;
  for (int at = 1; at < count; ++at) {
    for (const fs::path& file : files_of(arguments[at])) {
      if (!run(file)) return 2;
      ++done;
    }
  }
  std::printf("%zu inputs\n", done);
  return done > 0 ? 0 : 2;
}
