// Playing a script: running its blocks on its threads.
#pragma once

#include <initializer_list>
#include <span>

#include "impl/driver/run.h"

namespace portunus::driver {

// A number as a value of type integer; `other` if it is one that the vocabulary cannot hold.
Value integer_value(std::int64_t number);

// Runs the whole script on its main thread, until it and the threads that it started have ended.
void play_script(Run& run, Thread& main);

// Tells a callback on the thread that calls, and runs the body of the `on` block that is in force for it. On
// a thread that is not the script's there is no such body.
void play_callback(Run& run, Callback callback, std::initializer_list<Value> arguments,
                   std::span<const Value> results);

// Whether `thread` is inside a callback that was given this port as an argument.
bool inside_callback_of(const Thread& thread, Value port);

}  // namespace portunus::driver
