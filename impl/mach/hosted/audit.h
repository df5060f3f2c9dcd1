// Counts everything in a kernel again, from the holders' side.
#pragma once

namespace portunus::hosted {

class Kernel;

// nullptr if the kernel's books agree with what its spaces, messages and requests hold; else what does not.
// To be called between calls, when no thread is inside one but to wait.
const char* audit(Kernel& kernel);

}  // namespace portunus::hosted
