// What a place that runs worlds needs of this CoreFoundation beyond Apple's functions.
#pragma once

namespace portunus::cf {

struct Edition;

// Gives the world that the caller runs in a fresh CoreFoundation of that edition. To be called on the world's
// main thread, before anything else of CoreFoundation. `edition` outlives the world.
void begin_world(const Edition& edition);

// Frees what CoreFoundation itself still holds, on the main thread, when no other thread of the world uses it
// any more. Objects that the client has not released are gone with the world's memory, without callbacks.
void end_world();

}  // namespace portunus::cf
