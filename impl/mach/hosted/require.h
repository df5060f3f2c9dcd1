// For what only a mistake in this program can break: a message, and the end.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace portunus::hosted {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "portunus: %s\n", what);
  std::abort();
}

}  // namespace portunus::hosted
