#include "props/generate/entropy.h"

namespace portunus {

// splitmix64: one word of state, and every seed is a good one.
std::uint32_t SeededEntropy::below(std::uint32_t count) {
  if (count == 1) return 0;
  state_ += 0x9e3779b97f4a7c15u;
  const std::uint64_t high_half = mix(state_) >> 32;
  return static_cast<std::uint32_t>(high_half * count >> 32);
}

std::uint32_t ByteEntropy::below(std::uint32_t count) {
  if (count == 1) return 0;
  std::uint32_t choice = byte();
  if (count > 256) choice = choice << 8 | byte();
  return choice % count;
}

std::uint32_t ByteEntropy::byte() {
  return exhausted() ? 0 : bytes_[position_++];
}

std::uint64_t mix(std::uint64_t word) {
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
  word = (word ^ word >> 27) * 0x94d049bb133111ebu;
  return word ^ word >> 31;
}

}  // namespace portunus
