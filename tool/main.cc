// The `portunus` command. It parses arguments, shows progress and prints; what it does is done elsewhere.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "props/campaign/campaign.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

ExitStatus run_command(int argc, char** argv) {
  CLI::App app("Portunus: the executable specification of CFMachPort, and what holds implementations to it",
               "portunus");
  app.set_version_flag("--version", "portunus " + std::string(suite_version()));
  app.require_subcommand(1);
  app.footer("Exit status: 0 conforms, 1 does not, 2 usage or malformed input, 3 could not be judged.");
  Work chosen;
  for (const auto add :
       {add_check, add_record, add_judge, add_replay, add_shrink, add_explain, add_mutants, add_clauses})
    add(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::conforms : ExitStatus::usage;
  }
  return chosen();
}

}  // namespace
}  // namespace portunus::tool

int main(int argc, char** argv) {
  using portunus::tool::ExitStatus;
  try {
    return static_cast<int>(portunus::tool::run_command(argc, argv));
  } catch (const std::exception& error) {  // no memory, no disk: nothing that was judged
    std::fprintf(stderr, "portunus: %s\n", error.what());
    return static_cast<int>(ExitStatus::unjudged);
  }
}
