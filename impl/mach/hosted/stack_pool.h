// Stacks for fibres, with a guard page at their low end. Each OS thread keeps those it has used, so that a
// world costs no system call for them.
#pragma once

#include <cstddef>

namespace portunus::hosted {

struct Stack {
  std::byte* bottom = nullptr;  // the lowest usable byte
  std::size_t size = 0;
};

// Aborts when the system has no memory left.
Stack take_stack();
// The contents may be anything; the next owner finds no poison left in it.
void give_stack_back(Stack stack);

}  // namespace portunus::hosted
