// The words between this process and a guest: a batch of scripts goes in, and what each did comes out.
//
//   in:  portunus-batch 1 / edition NAME / fault NAME|none / schedule K / scripts N,
//        then N times `script BYTES` and that many bytes, the script's text
//   out: portunus-guest 1 / kernel LINE,
//        then for each script `begin I`, `alive` now and then, `trace I BYTES` and that many bytes, lines of
//        events, then `end`; at any time `error TEXT` where the batch is not as it should be
//
// The numbers I count from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portunus::gnumach {

// What all scripts of a batch run under.
struct Setting {
  std::string_view edition;
  std::string_view fault;  // or empty
  std::uint64_t schedule = 0;
};

// The batch of these scripts, each in its text form.
std::string print_batch(const Setting& setting, std::span<const std::string> scripts);

// What was told of a script that began.
struct Told {
  std::string events;  // as text; the bytes that have come
  bool whole = false;  // these are all
};

// What a guest says, taken as it comes and believed in nothing.
class Report {
 public:
  enum class Sense : std::uint8_t {
    good,
    garbage,  // not what a guest says
    flood,    // more than a trace holds is announced
  };

  // Of a batch of so many scripts.
  explicit Report(std::size_t scripts) : scripts_(scripts) {}

  // Takes the next bytes. What is not good stays so: the rest is not looked at.
  Sense take(std::string_view bytes);

  // The scripts that have begun, in order; all but the last are whole.
  const std::vector<Told>& told() const { return told_; }
  bool silent() const { return !heard_; }                // nothing has been said at all
  bool ended() const { return state_ == State::over; }   // `end` has been said
  const std::string& kernel() const { return kernel_; }  // the kernel's own line; empty if it has not come
  const std::string& error() const { return error_; }    // the guest's, or empty

 private:
  enum class State : std::uint8_t { greeting, kernel, between, begun, events, over };

  std::string_view take_events(std::string_view bytes);
  Sense take_line(std::string_view line);
  Sense take_between(std::string_view line);
  Sense take_trace(std::string_view line);

  std::size_t scripts_;
  State state_ = State::greeting;
  Sense sense_ = Sense::good;
  bool heard_ = false;
  std::string line_;      // the line under way
  std::size_t left_ = 0;  // bytes of events that are still to come
  std::vector<Told> told_;
  std::string kernel_;
  std::string error_;
};

}  // namespace portunus::gnumach
