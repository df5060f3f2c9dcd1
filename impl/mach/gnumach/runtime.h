// The C++ runtime of a guest.
#pragma once

namespace portunus::gnumach {

// Constructs the program's global objects. What the first thread of the first task does first; the tasks that
// are made from it have them.
void run_constructors();

}  // namespace portunus::gnumach
