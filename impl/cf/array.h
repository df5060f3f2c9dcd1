// Arrays of objects that never change.
#pragma once

#include <CoreFoundation/CFArray.h>

#include "impl/cf/vector.h"

namespace portunus::cf {

// The array of those objects, each with the reference that the vector has: it passes to the array, and the
// vector is empty afterwards. The caller owns the array. Traps without memory.
CFArrayRef create_array(Vector<CFTypeRef>&& objects);

}  // namespace portunus::cf
