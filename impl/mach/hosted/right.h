// A right on its own: what a message, a request or a call holds between one name and the next.
#pragma once

#include <mach/message.h>

#include <cstdint>

namespace portunus::hosted {

struct Port;
class Kernel;

enum class RightKind : std::uint8_t {
  null,  // MACH_PORT_NULL
  dead,  // MACH_PORT_DEAD: a right whose port has died
  receive,
  send,
  send_once,
};

// A value that must be handed on or released, exactly once; copying it copies no right. Each of the last
// three kinds keeps one reference to the port, and counts as one right of the port.
struct Right {
  RightKind kind = RightKind::null;
  Port* port = nullptr;

  bool exists() const { return port != nullptr; }
};

// Each makes one right more. Requires: the port is active, and for copy_send has a send right.
Right make_send(Port& port);  // also counts in make_send_count
Right copy_send(Port& port);
Right make_send_once(Port& port);

// Takes what `right` holds, and leaves null there.
Right take(Right& right);

// Ends the right, with all that follows: the last send right satisfies a no-senders request; an unused
// send-once right sends its notification; a receive right's port is sent to who asked for it, or dies.
void release(Kernel& kernel, Right right);

// The disposition that a receiver sees, and the kind of right that a sender's disposition makes; 0 and null
// for what is not a disposition.
mach_msg_type_name_t received_disposition(mach_msg_type_name_t disposition);
mach_msg_type_name_t disposition_of(RightKind kind);

}  // namespace portunus::hosted
