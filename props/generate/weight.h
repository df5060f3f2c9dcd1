// What a generated script does, and how often it does it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace portunus {

enum class Action : std::uint8_t {
  probe,         // ask one thing about an object or a name
  create,        // CFMachPortCreate
  allocate,      // mach_port_allocate, and perhaps a send right
  wrap,          // CFMachPortCreateWithPort
  listen,        // a source of a port, into a mode
  get_port,      // CFMachPortGetPort
  source,        // CFMachPortCreateRunLoopSource
  add,           // CFRunLoopAddSource
  remove,        // CFRunLoopRemoveSource
  invalidate,    // CFMachPortInvalidate
  set_callback,  // CFMachPortSetInvalidationCallBack
  send,          // a message to a name
  run,           // CFRunLoopRunInMode
  retain,        // CFRetain
  release,       // CFRelease
  kill,          // the receive right goes
  drop,          // a send right goes
  add_right,     // mach_port_insert_right
  settle,        // let the system come to rest
  react,         // an `on` block: calls inside a callback
  wild,          // any function, any arguments of its types
  steer,         // CFRunLoopStop, CFRunLoopWakeUp
  ask_loop,      // CFRunLoopIsWaiting, CopyCurrentMode, GetCurrent or GetMain
  declare,       // CFRunLoopAddCommonMode
  end_source,    // CFRunLoopSourceInvalidate
  compare,       // CFEqual or CFHash of two objects
  describe,      // CFCopyDescription
  thread,        // start, await or join a thread; only where threads are asked for
};
inline constexpr int action_count = 28;

using Weights = std::array<std::uint8_t, action_count>;

// The weights of an ordinary script.
Weights plain_weights();

// The weights that a batch of scripts shares. A batch leaves some actions out and favours others, so that
// rare combinations come up together. They depend on the word alone, never on what earlier scripts met.
Weights batch_weights(std::uint64_t batch);

// How a batch's weights come from the plain ones.
void vary(std::span<std::uint8_t> weights, std::uint64_t batch);

std::string_view name(Action action);

}  // namespace portunus
