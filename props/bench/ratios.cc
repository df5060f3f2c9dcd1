#include "props/bench/ratios.h"

#include <algorithm>
#include <cstdio>

namespace portunus {
namespace {

struct Ratio {
  const char* what;
  const char* measured;
  const char* over;
  double most;  // 0 where there is no goal
};

constexpr Ratio ratios[] = {
    {"a message to oneself, over a pipe", "mach_send_receive/1", "pipe_write_read", 0.5},
    {"a round trip of threads, over a futex", "mach_round_trip_of_threads/0/real_time",
     "futex_round_trip/real_time", 1.2},
    {"a set of 1000 members, over a set of 1", "mach_receive_from_set/1000", "mach_receive_from_set/1", 1.5},
    {"an epoll set of 1000, over one of 1", "epoll_of_eventfds/1000", "epoll_of_eventfds/1", 0},
    {"a set of 1000 members, over epoll", "mach_receive_from_set/1000", "epoll_of_eventfds/1000", 1},
    {"a message among 100000 names, over 1", "mach_send_receive/100000", "mach_send_receive/1", 1.5},
    {"a name's life among 100000, over 1", "mach_allocate_destroy/100000", "mach_allocate_destroy/1", 1.5},
    {"a message behind 1000, over behind 1", "mach_send_receive_queued/1000", "mach_send_receive_queued/1",
     1.5},
    {"fibres' round trip beside 100 blocked, over 0", "mach_round_trip_of_fibers/100",
     "mach_round_trip_of_fibers/0", 1.5},
    {"threads' round trip beside 100 blocked, over 0", "mach_round_trip_of_threads/100/real_time",
     "mach_round_trip_of_threads/0/real_time", 1.5},
};

}  // namespace

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  ConsoleReporter::ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    const std::string name = run.benchmark_name();
    const bool real = name.ends_with("real_time");
    const double time = real ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime();
    const auto [place, first] = best_.emplace(name, time);
    if (!first) place->second = std::min(place->second, time);
  }
}

void RatioReporter::print_ratios() {
  for (const Ratio& ratio : ratios) {
    const auto measured = best_.find(ratio.measured);
    const auto over = best_.find(ratio.over);
    if (measured == best_.end() || over == best_.end()) continue;
    const double value = measured->second / over->second;
    std::printf("%-48s %6.2f", ratio.what, value);
    if (ratio.most != 0) std::printf("   at most %.1f: %s", ratio.most, value <= ratio.most ? "yes" : "NO");
    std::printf("\n");
  }
}

}  // namespace portunus
