// Target `mach`: the input's bytes choose a script of Mach's calls alone, which is run and judged.

#include <cstddef>
#include <cstdint>

#include "fuzz/judged_script.h"
#include "props/generate/generator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  portunus::ByteEntropy entropy({data, size});
  // The seeds in the corpus stand for scripts of one thread.
  portunus::run_and_judge(
      portunus::generate_script(entropy, {.steps_max = 64, .threads = false, .mach_only = true}));
  return 0;
}
