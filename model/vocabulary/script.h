// A script is a plan of calls: what each thread does, and what the client does inside which callback.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/vocabulary/label.h"

namespace portunus {

// Lines `# key: value` at the head of a file, in order. Keys are [a-z-]+; a value is the rest of the line.
using FrontMatter = std::vector<std::pair<std::string, std::string>>;

// The value of the first entry with that key, or an empty view.
std::string_view front_matter_value(const FrontMatter& front_matter, std::string_view key);

enum class StepKind : std::uint8_t {
  call,      // call `function`; a handle for what it makes in `bind`
  on,        // block: what the client does inside `callback` with `subject`, while the enclosing block runs
  start,     // block: thread `thread` begins and runs it, beside this one
  join,      // wait until `thread` has ended
  await,     // wait until `thread` is inside `callback` with `subject`
  parallel,  // block of branches: all begin together, and the section ends when all have ended
  branch,    // block in `parallel`: the part of `thread`, which is the current one or one not yet started
  settle,    // wait until nothing more happens by itself
};

struct Step {
  StepKind kind = StepKind::call;
  ThreadId thread = 0;                             // start, join, await, branch
  Function function = Function::CFMachPortCreate;  // call
  Callback callback = Callback::retain;            // on, await
  std::uint16_t occurrence = 0;         // on: 0 = each time, n = only the n-th time in the block's scope
  std::uint32_t size = 0;               // of a block: how many steps, at any depth, follow inside it
  Value bind = {};                      // call
  Value second = {};                    // call: the second handle, where its function has one
  Value subject = {};                   // on, await; type none = any subject
  Value arguments[arguments_max] = {};  // call

  friend bool operator==(const Step&, const Step&) = default;
};

constexpr bool is_block(StepKind kind) {
  return kind == StepKind::on || kind == StepKind::start || kind == StepKind::parallel ||
         kind == StepKind::branch;
}

// Steps stand in the order of the text. A block's body is the `size` steps behind it, so that a subtree is a
// contiguous range.
struct Script {
  FrontMatter front_matter;
  ThreadId main = 0;
  std::vector<Step> steps;

  friend bool operator==(const Script&, const Script&) = default;
};

// Whether the steps nest as the grammar demands: sizes within bounds, bodies only on blocks, branches in
// `parallel` alone. The parser gives only well-formed scripts; generators and shrink passes assert it.
bool well_formed(const Script& script);

}  // namespace portunus
