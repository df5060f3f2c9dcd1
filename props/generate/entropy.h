// Where a generator's choices come from. A seed, RapidCheck's generator and a fuzzer's bytes are adapters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace portunus {

class Entropy {
 public:
  virtual ~Entropy() = default;
  // A choice in [0, count). Requires count > 0. Choice 0 should be the plainest: an exhausted source gives
  // only zeros, and shrinking moves towards them.
  virtual std::uint32_t below(std::uint32_t count) = 0;
  // Whether there is more than zeros to come. A generator stops where there is not.
  virtual bool exhausted() const = 0;
};

// A bijection of 64-bit words that spreads every bit of its argument: for deriving seeds from seeds.
std::uint64_t mix(std::uint64_t word);

// Endless, from a seed; the same on every platform.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t count) override;
  bool exhausted() const override { return false; }

 private:
  std::uint64_t state_;
};

// A fuzzer's bytes: one byte a choice (two for more than 256 alternatives).
class ByteEntropy final : public Entropy {
 public:
  explicit ByteEntropy(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint32_t below(std::uint32_t count) override;
  bool exhausted() const override { return position_ >= bytes_.size(); }

 private:
  std::uint32_t byte();

  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

}  // namespace portunus
