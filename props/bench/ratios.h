// What of the benchmarks is worth a line of its own: one measure over another, and the most that it should
// be.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace portunus {

// Prints as usual, and keeps the best time of each benchmark, in nanoseconds: of real time where that was
// asked for, else of the processor's.
class RatioReporter final : public benchmark::ConsoleReporter {
 public:
  explicit RatioReporter(bool color) : ConsoleReporter(color ? OO_ColorTabular : OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override;
  // After all: a line for each ratio of which both sides have run.
  void print_ratios();

 private:
  std::map<std::string, double> best_;
};

}  // namespace portunus
