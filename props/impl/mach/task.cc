#include "props/impl/mach/task.h"

#include <doctest/doctest.h>

#include <cstring>
#include <deque>
#include <exception>
#include <utility>

#include "impl/mach/hosted/audit.h"
#include "impl/mach/hosted/world_state.h"

namespace portunus::props {
namespace {

using hosted::Outcome;
using hosted::World;

// An exception must not leave a thread of a world: it is carried over.
struct Main {
  const std::function<void()>& function;
  std::exception_ptr thrown;
};

void run_main(void* argument) {
  Main& main = *static_cast<Main*>(argument);
  try {
    main.function();
  } catch (...) {
    main.thrown = std::current_exception();
  }
}

// What the threads of the world under test run. Not theirs: a thread may never come to its end.
std::deque<std::function<void()>> started;

void run_started(void* argument) {
  (*static_cast<std::function<void()>*>(argument))();
}

Name send_right(unsigned count, Name& receiver) {
  receiver = receive_right();
  for (unsigned made = 0; made < count; ++made) {
    mach_port_insert_right(mach_task_self(), receiver, receiver, MACH_MSG_TYPE_MAKE_SEND);
  }
  return receiver;
}

// A send right without its receive right: that is in a message to another port, whose name comes back too.
Made send_only(unsigned count) {
  Made made;
  made.name = send_right(count, made.receiver);
  move_receive_away(made.name);
  made.receiver = MACH_PORT_NULL;
  return made;
}

Name dead_name(unsigned count) {
  Name name;
  mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_DEAD_NAME, &name);
  mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_DEAD_NAME, static_cast<int>(count) - 1);
  return name;
}

}  // namespace

Outcome run(World& world, const std::function<void()>& main) {
  Main argument{main, nullptr};
  const Outcome outcome = world.run(run_main, &argument);
  started.clear();
  if (argument.thrown != nullptr) std::rethrow_exception(argument.thrown);
  return outcome;
}

void in_world(const std::function<void()>& main, const hosted::WorldOptions& options) {
  World world(options);
  REQUIRE(run(world, main) == Outcome::returned);
  const char* const wrong = hosted::audit(world.state().kernel);
  CHECK_MESSAGE(wrong == nullptr, wrong);
}

void start(int number, std::function<void()> function, task_t task) {
  started.push_back(std::move(function));
  REQUIRE(World::current()->start_thread(number, run_started, &started.back(), task));
}

void check_books() {
  World::State& state = hosted::current_state();
  const hosted::Look look(state.scheduler);
  const char* const wrong = hosted::audit(state.kernel);
  CHECK_MESSAGE(wrong == nullptr, wrong);
}

std::string to_string(Kind kind) {
  static constexpr const char* names[] = {"R",    "RS1",  "RS3",          "S1",         "S2", "S3",
                                          "O",    "P",    "D1",           "D2",         "D3", "unknown",
                                          "NULL", "DEAD", "untouched S2", "untouched O"};
  return names[static_cast<int>(kind)];
}

Made make(Kind kind) {
  Made made;
  switch (kind) {
    case Kind::R:
      made.name = made.receiver = receive_right();
      break;
    case Kind::RS1:
    case Kind::RS3:
      made.name = send_right(kind == Kind::RS1 ? 1 : 3, made.receiver);
      break;
    case Kind::S1:
    case Kind::S2:
    case Kind::S3:
      return send_only(kind == Kind::S1 ? 1 : kind == Kind::S2 ? 2 : 3);
    case Kind::O:
      made.receiver = receive_right();
      made.name = send_once(made.receiver);
      break;
    case Kind::P:
      made.name = port_set();
      break;
    case Kind::D1:
    case Kind::D2:
    case Kind::D3:
      made.name = dead_name(kind == Kind::D1 ? 1 : kind == Kind::D2 ? 2 : 3);
      break;
    case Kind::unknown:
      made.name = 0x7f03;
      break;
    case Kind::null:
      made.name = MACH_PORT_NULL;
      break;
    case Kind::dead:
      made.name = MACH_PORT_DEAD;
      break;
    case Kind::untouched_S2: {
      // The receive right is in a message, and dies with the port that has the message.
      made.name = send_right(2, made.receiver);
      const Name carrier = receive_right();
      Message message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, MACH_PORT_NULL, 0,
                                   {{made.name, MACH_MSG_TYPE_MOVE_RECEIVE}});
      REQUIRE(send(message) == MACH_MSG_SUCCESS);
      mach_port_destroy(mach_task_self(), carrier);
      break;
    }
    case Kind::untouched_O:
      made.receiver = receive_right();
      made.name = send_once(made.receiver);
      mach_port_destroy(mach_task_self(), made.receiver);
      break;
  }
  return made;
}

Name receive_right() {
  Name name = MACH_PORT_NULL;
  REQUIRE(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name) == KERN_SUCCESS);
  return name;
}

Name port_set() {
  Name name = MACH_PORT_NULL;
  REQUIRE(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &name) == KERN_SUCCESS);
  return name;
}

Name send_once(Name receiver) {
  Name name = MACH_PORT_NULL;
  mach_msg_type_name_t type = 0;
  REQUIRE(mach_port_extract_right(mach_task_self(), receiver, MACH_MSG_TYPE_MAKE_SEND_ONCE, &name, &type) ==
          KERN_SUCCESS);
  return name;
}

void move_receive_away(Name receiver) {
  Message message = message_to(receive_right(), MACH_MSG_TYPE_MAKE_SEND, 0, MACH_PORT_NULL, 0,
                               {{receiver, MACH_MSG_TYPE_MOVE_RECEIVE}});
  REQUIRE(send(message) == MACH_MSG_SUCCESS);
}

std::string describe(Name name) {
  mach_port_type_t type = 0;
  if (mach_port_type(mach_task_self(), name, &type) != KERN_SUCCESS) return "-";
  mach_port_urefs_t sends = 0;
  mach_port_urefs_t deads = 0;
  mach_port_get_refs(mach_task_self(), name, MACH_PORT_RIGHT_SEND, &sends);
  mach_port_get_refs(mach_task_self(), name, MACH_PORT_RIGHT_DEAD_NAME, &deads);
  std::string text;
  if ((type & MACH_PORT_TYPE_RECEIVE) != 0) text += "R";
  if ((type & MACH_PORT_TYPE_SEND) != 0) text += "S" + std::to_string(sends);
  if ((type & MACH_PORT_TYPE_SEND_ONCE) != 0) text += "O";
  if ((type & MACH_PORT_TYPE_PORT_SET) != 0) text += "P";
  if ((type & MACH_PORT_TYPE_DEAD_NAME) != 0) text += "D" + std::to_string(deads);
  if ((type & MACH_PORT_TYPE_DNREQUEST) != 0) text += "+dn";
  return text;
}

mach_port_status_t status(Name receiver) {
  mach_port_status_t value = {};
  mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
  REQUIRE(mach_port_get_attributes(mach_task_self(), receiver, MACH_PORT_RECEIVE_STATUS,
                                   reinterpret_cast<mach_port_info_t>(&value), &count) == KERN_SUCCESS);
  return value;
}

std::string difference(const hosted::Accounting& before, const hosted::Accounting& now) {
  std::string text;
  const auto compare = [&text](const char* what, std::size_t then, std::size_t later) {
    if (then == later) return;
    text += std::string(what) + " " + std::to_string(then) + " -> " + std::to_string(later) + "; ";
  };
  compare("ports", before.ports, now.ports);
  compare("port sets", before.port_sets, now.port_sets);
  compare("names", before.names, now.names);
  compare("rights", before.rights, now.rights);
  compare("messages", before.messages, now.messages);
  compare("semaphores", before.semaphores, now.semaphores);
  compare("timers", before.timers, now.timers);
  compare("tasks", before.tasks, now.tasks);
  compare("threads", before.threads, now.threads);
  compare("allocations", before.allocations, now.allocations);
  compare("memory", before.memory, now.memory);
  return text;
}

Message message_to(Name destination, mach_msg_type_name_t disposition, mach_msg_id_t id, Name reply,
                   mach_msg_type_name_t reply_disposition, const std::vector<Body>& body) {
  Message message;
  message.header.msgh_bits = MACH_MSGH_BITS(disposition, reply_disposition);
  message.header.msgh_remote_port = destination;
  message.header.msgh_local_port = reply;
  message.header.msgh_id = id;
  message.header.msgh_size = sizeof(mach_msg_header_t);
  if (body.empty()) return message;
  message.header.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
  message.header.msgh_size =
      static_cast<mach_msg_size_t>(sizeof(mach_msg_base_t) + body.size() * sizeof message.ports[0]);
  message.body.msgh_descriptor_count = static_cast<mach_msg_size_t>(body.size());
  for (std::size_t index = 0; index < body.size(); ++index) {
    message.ports[index].name = body[index].name;
    message.ports[index].disposition = static_cast<std::uint8_t>(body[index].disposition);
    message.ports[index].type = MACH_MSG_PORT_DESCRIPTOR;
  }
  return message;
}

mach_msg_return_t send(Message& message, mach_msg_option_t option, mach_msg_timeout_t timeout) {
  return mach_msg(&message.header, MACH_SEND_MSG | option, message.header.msgh_size, 0, MACH_PORT_NULL,
                  timeout, MACH_PORT_NULL);
}

mach_msg_return_t send_to(Name destination, mach_msg_type_name_t disposition, mach_msg_id_t id) {
  Message message = message_to(destination, disposition, id);
  return send(message);
}

mach_msg_return_t receive(Name name, Message& message, mach_msg_option_t option, mach_msg_timeout_t timeout) {
  message = Message{};
  return mach_msg(&message.header, MACH_RCV_MSG | option, 0, sizeof message, name, timeout, MACH_PORT_NULL);
}

std::vector<mach_msg_id_t> drain(Name name) {
  std::vector<mach_msg_id_t> ids;
  Message message;
  while (receive(name, message) == MACH_MSG_SUCCESS) {
    ids.push_back(message.header.msgh_id);
    mach_msg_destroy(&message.header);
  }
  return ids;
}

std::uint32_t notified_word(const Message& message) {
  std::uint32_t word = 0;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&message);
  std::memcpy(&word, bytes + sizeof(mach_msg_header_t) + sizeof(NDR_record_t), sizeof word);
  return word;
}

kern_return_t request(Name name, mach_msg_id_t id, Name notify, mach_port_mscount_t sync,
                      mach_msg_type_name_t disposition) {
  Name previous = MACH_PORT_NULL;
  return mach_port_request_notification(mach_task_self(), name, id, sync, notify, disposition, &previous);
}

kern_return_t end_receive(Name name) {
  return mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
}

void check_notified(Name notify, mach_msg_id_t id, std::uint32_t word) {
  Message message;
  REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
  CHECK(message.header.msgh_id == id);
  CHECK(message.header.msgh_bits == 0x1200);
  CHECK(message.header.msgh_size == 36);
  CHECK(message.header.msgh_remote_port == MACH_PORT_NULL);
  CHECK(message.header.msgh_local_port == notify);
  CHECK(notified_word(message) == word);
  CHECK(drain(notify).empty());
}

kern_return_t set_limit(Name receiver, mach_port_msgcount_t limit) {
  mach_port_limits_t limits = {.mpl_qlimit = limit};
  return mach_port_set_attributes(mach_task_self(), receiver, MACH_PORT_LIMITS_INFO,
                                  reinterpret_cast<mach_port_info_t>(&limits), 1);
}

Name full_port(mach_port_msgcount_t limit, Kind kind) {
  const Name port = make(kind).name;
  REQUIRE(set_limit(port, limit) == KERN_SUCCESS);
  for (mach_port_msgcount_t sent = 0; sent < limit; ++sent) {
    REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND, static_cast<mach_msg_id_t>(sent + 1)) == MACH_MSG_SUCCESS);
  }
  return port;
}

}  // namespace portunus::props
