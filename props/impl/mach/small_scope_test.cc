// Every sequence of calls on two names, up to a length: after each call the kernel's books agree, and in the
// end nothing is left.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "impl/mach/hosted/audit.h"
#include "impl/mach/hosted/world_state.h"
#include "props/impl/mach/client.h"

namespace portunus::props {
namespace {

constexpr std::size_t length = 3;

Name task() {
  return mach_task_self();
}

// One call about `x`, with `y` where it needs another.
struct Step {
  const char* what;
  void (*call)(Name x, Name y);
};

void request(Name x, mach_msg_id_t id, Name y) {
  Name previous = MACH_PORT_NULL;
  mach_port_request_notification(task(), x, id, 0, y, MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
}

void send_with(Name x, Name y, mach_msg_type_name_t disposition) {
  Message message =
      message_to(x, MACH_MSG_TYPE_MAKE_SEND, 0, y, MACH_MSG_TYPE_MAKE_SEND_ONCE, {{y, disposition}});
  if (send(message) != MACH_MSG_SUCCESS) {
    message.header.msgh_local_port = MACH_PORT_NULL;
    message.header.msgh_bits &= ~0x1f00u;
    send(message);
  }
}

constexpr Step steps[] = {
    {"make send", [](Name x, Name) { mach_port_insert_right(task(), x, x, MACH_MSG_TYPE_MAKE_SEND); }},
    {"move receive onto",
     [](Name x, Name y) { mach_port_insert_right(task(), y, x, MACH_MSG_TYPE_MOVE_RECEIVE); }},
    {"drop send", [](Name x, Name) { mach_port_mod_refs(task(), x, MACH_PORT_RIGHT_SEND, -1); }},
    {"drop receive", [](Name x, Name) { mach_port_mod_refs(task(), x, MACH_PORT_RIGHT_RECEIVE, -1); }},
    {"deallocate", [](Name x, Name) { mach_port_deallocate(task(), x); }},
    {"destroy", [](Name x, Name) { mach_port_destroy(task(), x); }},
    {"destruct", [](Name x, Name) { mach_port_destruct(task(), x, -1, 0); }},
    {"dead-name request", [](Name x, Name y) { request(x, MACH_NOTIFY_DEAD_NAME, y); }},
    {"no-senders request", [](Name x, Name y) { request(x, MACH_NOTIFY_NO_SENDERS, y); }},
    {"port-destroyed request", [](Name x, Name y) { request(x, MACH_NOTIFY_PORT_DESTROYED, y); }},
    {"send", [](Name x, Name) { send_to(x, MACH_MSG_TYPE_COPY_SEND); }},
    {"send the receive right of", [](Name x, Name y) { send_with(x, y, MACH_MSG_TYPE_MOVE_RECEIVE); }},
    {"send the send right of", [](Name x, Name y) { send_with(x, y, MACH_MSG_TYPE_MOVE_SEND); }},
    {"receive",
     [](Name x, Name) {
       Message message;
       receive(x, message);
     }},
};
constexpr std::size_t choices = 2 * std::size(steps);  // about a and b, or about b and a

using Sequence = std::array<std::size_t, length>;

std::string to_string(const Sequence& sequence) {
  std::string text;
  for (const std::size_t choice : sequence) {
    text += steps[choice / 2].what;
    text += choice % 2 == 0 ? " a; " : " b; ";
  }
  return text;
}

struct Trial {
  Kind kinds[2];
  Sequence sequence;
  const char* wrong = nullptr;
};

const char* books() {
  return hosted::audit(hosted::current_state().kernel);
}

void run_trial(void* argument) {
  Trial& trial = *static_cast<Trial*>(argument);
  const hosted::Accounting before = hosted::World::current()->accounting();
  const Name names[2] = {make(trial.kinds[0]).name, make(trial.kinds[1]).name};
  for (const std::size_t choice : trial.sequence) {
    steps[choice / 2].call(names[choice % 2], names[1 - choice % 2]);
    trial.wrong = books();
    if (trial.wrong != nullptr) return;
  }
  Client::end_everything();
  if (!(hosted::World::current()->accounting() == before)) trial.wrong = "something is left";
}

// The next sequence in order; false after the last.
bool advance(Sequence& sequence) {
  for (std::size_t& choice : sequence) {
    if (++choice < choices) return true;
    choice = 0;
  }
  return false;
}

}  // namespace

TEST_CASE("all sequences of three calls on two names") {
  constexpr Kind begins[][2] = {{Kind::RS1, Kind::RS1}, {Kind::RS1, Kind::O}, {Kind::R, Kind::S2}};
  for (const auto& kinds : begins) {
    CAPTURE(props::to_string(kinds[0]));
    CAPTURE(props::to_string(kinds[1]));
    Trial trial = {.kinds = {kinds[0], kinds[1]}, .sequence = {}};
    std::size_t trials = 0;
    do {
      hosted::World world;
      const hosted::Outcome outcome = world.run(run_trial, &trial);
      if (outcome != hosted::Outcome::returned) trial.wrong = "the calls did not come back";
      ++trials;
      if (trial.wrong != nullptr) {
        FAIL(trial.wrong << " after: " << to_string(trial.sequence));
      }
    } while (advance(trial.sequence));
    CHECK(trials == choices * choices * choices);
  }
}

}  // namespace portunus::props
