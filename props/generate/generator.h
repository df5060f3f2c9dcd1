// Scripts out of choices: most of their calls make sense, all of them are well formed, canonical and within
// the limits of the vocabulary.
#pragma once

#include <cstdint>

#include "model/vocabulary/script.h"
#include "props/generate/entropy.h"
#include "props/generate/mach_weight.h"
#include "props/generate/weight.h"

namespace portunus {

struct GeneratorOptions {
  std::uint32_t steps_max = 48;  // about how many steps; at most limits::steps
  std::uint32_t depth_max = 3;   // blocks nested in one another
  bool threads = true;           // whether scripts may start threads of their own
  bool mach_only = false;        // Mach's calls alone
  Weights weights = plain_weights();
  MachWeights mach_weights = plain_mach_weights();  // of scripts of Mach's calls
};

// A script out of the choices of `entropy`. It ends when the entropy is exhausted or the steps are.
Script generate_script(Entropy& entropy, const GeneratorOptions& options);

// The seed of the `index`-th script of a campaign. Its upper half is the batch's, its lower half the script's
// own, so that the seed alone gives the script.
std::uint64_t seed_for(std::uint64_t seed, std::uint64_t index);
inline constexpr std::uint64_t batch_size = 16;  // scripts that share their weights

// The script of such a seed. The seed decides the weights and the length, and whether it is a script of
// Mach's calls alone, which those of one batch in four are; `options` decide the rest, and with `mach_only`
// all are.
Script script_of_seed(std::uint64_t script_seed, const GeneratorOptions& options);

}  // namespace portunus
