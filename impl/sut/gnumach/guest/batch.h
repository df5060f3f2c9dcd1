// What the host asks for: a batch of scripts, as text.
//
//   portunus-batch 1
//   edition NAME
//   fault NAME            `none` for none
//   schedule NUMBER
//   scripts COUNT
//
// and then, COUNT times, `script BYTES` and that many bytes: a script in its text form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "impl/cf/edition.h"
#include "impl/fault/fault.h"

namespace portunus::guest {

struct Batch {
  const cf::Edition* edition = nullptr;
  fault::Id fault = fault::Id::none;
  std::uint32_t schedule = 0;
  std::vector<std::string_view> scripts;  // into the text that was parsed
  std::string error;                      // not empty: what is wrong; the rest means nothing then
};

Batch parse_batch(std::string_view text);

}  // namespace portunus::guest
