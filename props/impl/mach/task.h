// What the suites of the hosted kernel share: a world to run in, and short words for what a task does.
#pragma once

#include <mach/mach.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "impl/mach/hosted/world.h"

namespace portunus::props {

using Name = mach_port_name_t;

// Runs `main` as the main thread of a fresh world, requires that it returns, and that the kernel's books
// agree afterwards.
void in_world(const std::function<void()>& main, const hosted::WorldOptions& options = {});
// The same in a world that the caller keeps.
hosted::Outcome run(hosted::World& world, const std::function<void()>& main);

// On a world's thread: starts another, in the caller's task or in that one. The function lives as long as the
// thread.
void start(int number, std::function<void()> function, task_t task = MACH_PORT_NULL);
// On a world's thread: the kernel's books agree.
void check_books();

// Names that a task can have, as the facts' tables call them: R receive, S send, O send-once, P port set, D
// dead name; a number is a count of user references.
enum class Kind { R, RS1, RS3, S1, S2, S3, O, P, D1, D2, D3, unknown, null, dead, untouched_S2, untouched_O };
std::string to_string(Kind kind);

// A name of that kind, and the name under which the port is received if that is another.
struct Made {
  Name name = MACH_PORT_NULL;
  Name receiver = MACH_PORT_NULL;
};
Made make(Kind kind);

Name receive_right();
Name port_set();
// A send-once right to the port, under a name of its own.
Name send_once(Name receiver);
// Sends on: another port's queue holds the receive right, so that the sender keeps what else it has.
void move_receive_away(Name receiver);

// "R", "RS3", "D2", with "+dn" when a request is registered; "-" for what is no name.
std::string describe(Name name);
mach_port_status_t status(Name receiver);
// What differs, or an empty text.
std::string difference(const hosted::Accounting& before, const hosted::Accounting& now);

struct Message {
  mach_msg_header_t header = {};
  mach_msg_body_t body = {};
  mach_msg_port_descriptor_t ports[4] = {};
  std::uint8_t trailer[MAX_TRAILER_SIZE] = {};
};

// Codes of one send or receive, without waiting unless told otherwise.
struct Body {
  Name name;
  mach_msg_type_name_t disposition;
};
Message message_to(Name destination, mach_msg_type_name_t disposition, mach_msg_id_t id = 0,
                   Name reply = MACH_PORT_NULL, mach_msg_type_name_t reply_disposition = 0,
                   const std::vector<Body>& body = {});
mach_msg_return_t send(Message& message, mach_msg_option_t option = MACH_SEND_TIMEOUT,
                       mach_msg_timeout_t timeout = 0);
mach_msg_return_t send_to(Name destination, mach_msg_type_name_t disposition, mach_msg_id_t id = 0);
mach_msg_return_t receive(Name name, Message& message, mach_msg_option_t option = MACH_RCV_TIMEOUT,
                          mach_msg_timeout_t timeout = 0);
// The ids of all messages queued there, in order; they are destroyed.
std::vector<mach_msg_id_t> drain(Name name);
// A notification's word: which name, or which count.
std::uint32_t notified_word(const Message& message);

// Asks for a notification to `notify`; what was asked for before is dropped from sight.
kern_return_t request(Name name, mach_msg_id_t id, Name notify, mach_port_mscount_t sync = 0,
                      mach_msg_type_name_t disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE);
// Requires: one message is queued at `notify`, the notification of that id with that word.
void check_notified(Name notify, mach_msg_id_t id, std::uint32_t word);
kern_return_t end_receive(Name name);
kern_return_t set_limit(Name receiver, mach_port_msgcount_t limit);
// A receive + send name whose queue, of that limit, is full of messages 1, 2, …
Name full_port(mach_port_msgcount_t limit, Kind kind = Kind::RS1);

}  // namespace portunus::props
