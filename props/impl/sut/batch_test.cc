#include "impl/sut/gnumach/batch.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace portunus::gnumach {
namespace {

using Sense = Report::Sense;

constexpr std::string_view head = "portunus-guest 1\nkernel GNU Mach 1.8\n";

struct Row {
  std::string_view bytes;  // behind the head, of a batch of two scripts
  Sense sense;
};

TEST_CASE("a batch is written with the sizes of its scripts") {
  const std::vector<std::string> scripts = {"one\n", "", "three\n"};
  CHECK(print_batch({.edition = "cf-1153", .fault = "late", .schedule = 9}, scripts) ==
        "portunus-batch 1\nedition cf-1153\nfault late\nschedule 9\nscripts 3\n"
        "script 4\none\nscript 0\nscript 6\nthree\n");
}

TEST_CASE("a report is the same however it is cut into pieces") {
  const std::string whole = std::string(head) + "begin 0\ntrace 0 3\na\nbbegin 1\ntrace 1 0\nend\n";
  for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
    Report report(2);
    for (std::size_t at = 0; at < whole.size(); at += piece)
      REQUIRE(report.take(std::string_view(whole).substr(at, piece)) == Sense::good);
    CHECK(report.ended());
    CHECK(report.kernel() == "GNU Mach 1.8");
    REQUIRE(report.told().size() == 2);
    CHECK(report.told()[0].events == "a\nb");
    CHECK(report.told()[0].whole);
    CHECK(report.told()[1].events.empty());
    CHECK(report.told()[1].whole);
  }
}

TEST_CASE("what is no report is garbage, and a trace that no trace is so long as is a flood") {
  const Row rows[] = {
      {"", Sense::good},
      {"begin 0\n", Sense::good},
      {"begin 0\nalive\nalive\ntrace 0 0\n", Sense::good},
      {"alive\n", Sense::garbage},
      {"begin 0\nalive 1\n", Sense::garbage},
      {"begin 0\ntrace 0 16777216\n", Sense::good},
      {"begin 0\ntrace 0 16777217\n", Sense::flood},
      {"begin 0\ntrace 0 99999999999999999999999\n", Sense::garbage},
      {"begin 0\ntrace 0 -1\n", Sense::garbage},
      {"begin 0\ntrace 0 01\n", Sense::garbage},
      {"begin 0\ntrace 0 1 \n", Sense::garbage},
      {"begin 0\ntrace 1 1\n", Sense::garbage},
      {"begin 0\ntrace 0\n", Sense::garbage},
      {"begin 0\ntrace 0 \n", Sense::garbage},
      {"begin 0\nbegin 1\n", Sense::garbage},
      {"begin 0 \n", Sense::garbage},
      {"begin 1\n", Sense::garbage},
      {"begin\n", Sense::garbage},
      {"trace 0 0\n", Sense::garbage},
      {"\n", Sense::garbage},
      {"end\n", Sense::garbage},
      {"begin 0\ntrace 0 0\nend\n", Sense::garbage},
      {"begin 0\ntrace 0 0\nbegin 1\ntrace 1 0\nbegin 2\n", Sense::garbage},
      {"begin 0\ntrace 0 0\nbegin 1\ntrace 1 0\nend\n", Sense::good},
      {"begin 0\ntrace 0 0\nbegin 1\ntrace 1 0\nend\nend\n", Sense::garbage},
      {"begin 0\ntrace 0 0\nbegin 1\ntrace 1 0\nend\nx", Sense::good},  // not a whole line yet
      {"begin \x01", Sense::garbage},
      {"error it is broken\n", Sense::garbage},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    Report report(2);
    REQUIRE(report.take(head) == Sense::good);
    CHECK(report.take(row.bytes) == row.sense);
    // What is not good stays so.
    if (row.sense != Sense::good) CHECK(report.take("begin 0\n") == row.sense);
  }
}

TEST_CASE("a head that is another is garbage") {
  for (const char* bytes :
       {"portunus-guest 2\n", "hello\n", "portunus-guest 1\nlinux 6\n", "portunus-guest 1\nkernel\n"}) {
    CAPTURE(bytes);
    Report report(0);
    CHECK(report.take(bytes) == Sense::garbage);
  }
}

TEST_CASE("a line that never ends is garbage before it fills the memory") {
  Report report(1);
  REQUIRE(report.take(head) == Sense::good);
  CHECK(report.take(std::string(5000, 'x')) == Sense::garbage);
}

TEST_CASE("a guest's own complaint is kept") {
  Report report(1);
  CHECK(report.silent());
  CHECK(report.take("error no memory\n") == Sense::garbage);
  CHECK(report.error() == "no memory");
  CHECK_FALSE(report.silent());
}

}  // namespace
}  // namespace portunus::gnumach
