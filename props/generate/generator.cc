#include "props/generate/generator.h"

#include "props/generate/author.h"
#include "props/generate/mach_author.h"

namespace portunus {
namespace {

constexpr std::uint64_t kUpperHalf = 0xffffffff00000000u;
constexpr std::uint64_t kMachShare = 4;  // one batch in so many

}  // namespace

Script generate_script(Entropy& entropy, const GeneratorOptions& options) {
  return options.mach_only ? MachAuthor(entropy, options).write() : Author(entropy, options).write();
}

std::uint64_t seed_for(std::uint64_t seed, std::uint64_t index) {
  const std::uint64_t batch = mix(mix(seed) + index / batch_size);
  const std::uint64_t own = mix(mix(seed) ^ ~index);
  return (batch & kUpperHalf) | (own & ~kUpperHalf);
}

Script script_of_seed(std::uint64_t script_seed, const GeneratorOptions& options) {
  SeededEntropy entropy(script_seed);
  const std::uint64_t batch = script_seed >> 32;
  GeneratorOptions own = options;
  own.mach_only |= batch % kMachShare == 0;
  own.weights = batch_weights(batch);
  own.mach_weights = batch_mach_weights(batch);
  // Short scripts are quick to run and find most; long ones find the rest.
  own.steps_max = std::max(1u, options.steps_max >> entropy.below(4));
  return generate_script(entropy, own);
}

}  // namespace portunus
