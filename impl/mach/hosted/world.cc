#include "impl/mach/hosted/world.h"
