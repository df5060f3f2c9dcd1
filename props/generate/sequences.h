// All sequences of steps of one length, in a fixed order.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "model/vocabulary/script.h"

namespace portunus {

// `Picture` is what a script has made so far: a value that takes note of steps. The alphabet is the steps
// that may come next, given what there is; it is never empty.
template <class Picture>
class Sequences {
 public:
  using Alphabet = std::vector<Step> (*)(const Picture&);

  Sequences(Picture begin, std::size_t length, Alphabet alphabet)
      : begin_(std::move(begin)), length_(length), alphabet_(alphabet) {}

  // Goes on to the next sequence, as an odometer does, at first to the first; false when there are no more.
  bool next() {
    if (!begun_) {
      begun_ = true;
      descend(begin_);
      return true;
    }
    while (!levels_.empty()) {
      Level& last = levels_.back();
      if (++last.at < last.steps.size()) {
        descend(after(last));
        return true;
      }
      levels_.pop_back();
    }
    return false;
  }

  // The sequence, and what there is when it is over. Only after `next` was true.
  std::vector<Step> steps() const {
    std::vector<Step> steps;
    steps.reserve(levels_.size());
    for (const Level& level : levels_) steps.push_back(level.steps[level.at]);
    return steps;
  }
  Picture picture() const { return levels_.empty() ? begin_ : after(levels_.back()); }

 private:
  struct Level {
    Picture picture;          // before this level's step
    std::vector<Step> steps;  // what may be done here
    std::size_t at = 0;
  };

  static Picture after(const Level& level) {
    Picture picture = level.picture;
    picture.note(level.steps[level.at]);
    return picture;
  }

  // Fills the levels below with their first steps.
  void descend(Picture below) {
    while (levels_.size() < length_) {
      levels_.push_back({.picture = below, .steps = alphabet_(below)});
      below.note(levels_.back().steps.front());
    }
  }

  Picture begin_;
  std::size_t length_;
  Alphabet alphabet_;
  std::vector<Level> levels_;
  bool begun_ = false;
};

}  // namespace portunus
