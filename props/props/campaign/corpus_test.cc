#include "props/campaign/corpus.h"

#include <doctest/doctest.h>

#include "props/props/campaign/scratch.h"

namespace portunus {
namespace {

using model::VerdictKind;

std::string script(const std::string& front_matter) {
  return "portunus-script 1\n" + front_matter + "main T0\nsettle\nend 1\n";
}

std::string trace(const std::string& front_matter) {
  return "portunus-trace 1\n" + front_matter + "main T0\nend 0\n";
}

// The error of a corpus that has this one file.
CampaignError error_of(const std::string& file, const std::string& text) {
  const Scratch scratch("corpus");
  scratch.write(file, text);
  const Corpus corpus = read_corpus(scratch.path(), "intended");
  REQUIRE(corpus.error.has_value());
  CHECK(corpus.error->file == scratch.path() / file);
  return *corpus.error;
}

TEST_CASE("scripts and traces are read in the order of their paths, with the verdict of their folder") {
  const Scratch scratch("corpus");
  scratch.write("accept/create/b.script", script(""));
  scratch.write("accept/create/a.script", script("# clause: create.rights\n"));
  scratch.write("accept/create/a.cf-2021.trace", trace("# variant: cf-2021\n"));
  scratch.write("reject/create/a.any.trace", trace("# verdict: rejected\n"));
  scratch.write("unspecified/c.script", script(""));
  scratch.write("regress/d.trace", trace("# verdict: rejected\n"));
  scratch.write("regress/d.script", script("# verdict: rejected\n"));
  scratch.write("fuzz/script/seed", "no script at all");
  scratch.write("accept/create/notes.md", "not read");

  const Corpus corpus = read_corpus(scratch.path(), "intended");
  REQUIRE_FALSE(corpus.error.has_value());
  REQUIRE(corpus.scripts.size() == 4);
  CHECK(corpus.scripts[0].origin == "corpus/accept/create/a.script");
  CHECK(corpus.scripts[1].origin == "corpus/accept/create/b.script");
  CHECK(corpus.scripts[1].verdict == VerdictKind::accepted);
  CHECK(corpus.scripts[2].origin == "corpus/regress/d.script");
  CHECK(corpus.scripts[2].verdict == VerdictKind::accepted);
  CHECK(corpus.scripts[3].verdict == VerdictKind::unspecified);
  REQUIRE(corpus.traces.size() == 3);
  CHECK(corpus.traces[0].variant == "cf-2021");
  CHECK(corpus.traces[0].verdict == VerdictKind::accepted);
  CHECK(corpus.traces[1].verdict == VerdictKind::rejected);
  CHECK(corpus.traces[1].variant == "intended");
  CHECK(corpus.traces[2].verdict == VerdictKind::rejected);
}

TEST_CASE("a malformed file is an error with its place") {
  const CampaignError error =
      error_of("accept/x.script", "portunus-script 1\nmain T0\nCFMachPortIsValid(Q)\nend 1\n");
  CHECK(error.line == 3);
  CHECK(error.column > 1);
  CHECK_FALSE(error.message.empty());
  CHECK(error_of("reject/x.trace", "nonsense\n").line == 1);
}

TEST_CASE("front matter that contradicts the folder, or names what is not there, is an error with its line") {
  const CampaignError verdict =
      error_of("accept/x.trace", trace("# clause: create.rights\n# verdict: rejected\n"));
  CHECK(verdict.line == 3);
  CHECK(verdict.message == "`rejected` is not what its folder is for");
  CHECK(error_of("regress/x.trace", trace("# verdict: maybe\n")).message == "`maybe` is no verdict");
  CHECK(error_of("accept/x.trace", trace("# variant: cf-1\n")).message == "no variant is named `cf-1`");
  CHECK(error_of("elsewhere/x.script", script("")).line == 0);
}

TEST_CASE("a directory that is not there is an error") {
  const Scratch scratch("corpus");
  CHECK(read_corpus(scratch.path() / "missing", "intended").error.has_value());
}

}  // namespace
}  // namespace portunus
