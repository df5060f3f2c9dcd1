#include "props/generate/entropy.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace portunus {
namespace {

TEST_CASE("a seed gives the same choices on every platform") {
  SeededEntropy entropy(42);
  std::vector<std::uint32_t> choices;
  for (int n = 0; n < 8; ++n) choices.push_back(entropy.below(1000));
  CHECK(choices == std::vector<std::uint32_t>{741, 159, 278, 344, 38, 868, 218, 800});
}

TEST_CASE("a seed's choices are below the count and reach all of it") {
  SeededEntropy entropy(7);
  std::array<int, 10> seen = {};
  for (int n = 0; n < 1000; ++n) ++seen.at(entropy.below(10));
  for (const int times : seen) CHECK(times > 50);
  CHECK_FALSE(entropy.exhausted());
}

TEST_CASE("a choice of one takes nothing") {
  const std::uint8_t bytes[] = {9};
  ByteEntropy entropy(bytes);
  CHECK(entropy.below(1) == 0);
  CHECK_FALSE(entropy.exhausted());
  CHECK(entropy.below(10) == 9);
  CHECK(entropy.exhausted());
}

TEST_CASE("bytes give one choice each, two for many alternatives, and then zeros") {
  const std::uint8_t bytes[] = {3, 255, 1, 2};
  ByteEntropy entropy(bytes);
  CHECK(entropy.below(256) == 3);
  CHECK(entropy.below(10) == 5);
  CHECK(entropy.below(1000) == 258);
  CHECK(entropy.exhausted());
  CHECK(entropy.below(10) == 0);
  CHECK(entropy.below(1000) == 0);
}

}  // namespace
}  // namespace portunus
