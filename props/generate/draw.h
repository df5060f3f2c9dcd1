// Single choices out of a source of entropy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

#include "props/generate/entropy.h"

namespace portunus {

// Keeps a reference to the entropy, which outlives it.
class Draw {
 public:
  explicit Draw(Entropy& entropy) : entropy_(entropy) {}

  std::uint32_t below(std::uint32_t count) { return entropy_.below(count); }
  // Once in so many times; never when the entropy is exhausted.
  bool chance(std::uint32_t one_in) { return below(one_in) == one_in - 1; }
  // One of a list. The first is the plainest.
  template <class Item, std::size_t count>
  const Item& one_of(const Item (&items)[count]) {
    return items[below(static_cast<std::uint32_t>(count))];
  }
  // A place in the list, each as often as its weight says; 0 where no weight is above 0.
  std::size_t weighted(std::span<const std::uint8_t> weights) {
    const auto sum = std::accumulate(weights.begin(), weights.end(), 0u);
    if (sum == 0) return 0;
    std::uint32_t choice = below(sum);
    std::size_t place = 0;
    while (choice >= weights[place]) choice -= weights[place++];
    return place;
  }

 private:
  Entropy& entropy_;
};

}  // namespace portunus
