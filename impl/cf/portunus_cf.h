// What a place that runs worlds needs of this CoreFoundation beyond Apple's functions.
#pragma once

namespace portunus::cf {

struct Edition;

// Gives the world that the caller runs in a fresh CoreFoundation of that edition. To be called on the world's
// main thread, before anything else of CoreFoundation. `edition` outlives the world.
void begin_world(const Edition& edition);

// The last thing that the world's main thread does. Other threads may stand anywhere in CoreFoundation, so
// nothing is freed here: its memory, its ports and its background thread end with the world, and the objects
// that the client has not released with them, without callbacks.
void end_world();

}  // namespace portunus::cf
