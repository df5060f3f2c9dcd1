// The verbs of the command. Each `add_…` adds its verb to the command line; when the user names it, `chosen`
// becomes what does the work.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "tool/exit_status.h"

namespace portunus::tool {

using Work = std::function<ExitStatus()>;

void add_check(CLI::App& app, Work& chosen);
void add_record(CLI::App& app, Work& chosen);
void add_judge(CLI::App& app, Work& chosen);
void add_replay(CLI::App& app, Work& chosen);
void add_shrink(CLI::App& app, Work& chosen);
void add_explain(CLI::App& app, Work& chosen);
void add_mutants(CLI::App& app, Work& chosen);
void add_clauses(CLI::App& app, Work& chosen);

// Adds a verb whose options are an `Options`, filled by `define`, and whose work is `run`.
template <class Options>
void add_verb(CLI::App& app, Work& chosen, const char* name, const char* what,
              void (*define)(CLI::App&, Options&), ExitStatus (*run)(const Options&)) {
  CLI::App* verb = app.add_subcommand(name, what);
  const auto options = std::make_shared<Options>();
  define(*verb, *options);
  verb->callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
}

}  // namespace portunus::tool
