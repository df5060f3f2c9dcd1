// `portunus clauses`: the specification's clauses.

#include <cstdio>

#include "model/clause/clause.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/report/json.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct ClausesOptions {
  std::string json;
};

void define(CLI::App& verb, ClausesOptions& options) {
  verb.add_option("--json", options.json, "Write the clauses, the switches and the variants to this file");
}

ExitStatus run(const ClausesOptions& options) {
  if (!options.json.empty()) {
    const std::string error = write_file(options.json, json_clauses());
    if (error.empty()) return ExitStatus::conforms;
    complain(error);
    return ExitStatus::usage;
  }
  for (const model::Clause& clause : model::clauses()) {
    std::string line = std::string(clause.name) + " (" + std::string(model::name(clause.strength));
    if (!clause.variants.empty()) line += "; " + std::string(clause.variants);
    if (clause.kernel) line += "; on " + std::string(model::name(*clause.kernel));
    std::printf("%s)\n    %s\n", line.c_str(), std::string(clause.sentence).c_str());
  }
  return ExitStatus::conforms;
}

}  // namespace

void add_clauses(CLI::App& app, Work& chosen) {
  add_verb<ClausesOptions>(app, chosen, "clauses", "List the clauses of the specification", define, run);
}

}  // namespace portunus::tool
