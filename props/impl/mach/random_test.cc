// Random calls: whatever they do, the kernel's books agree, and nothing outlives the last name.
#include <doctest/doctest.h>

#include <random>

#include "impl/mach/hosted/world_state.h"
#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

Name task() {
  return mach_task_self();
}

// Every name of the task but its own port's.
std::vector<Name> all_names() {
  std::vector<Name> names;
  for (const auto& [index, entry] : hosted::current_state().kernel.current_task().space.entries()) {
    const Name name = index << 8 | Name{entry.generation} << 2 | 3;
    if (entry.type != MACH_PORT_TYPE_NONE && name != task()) names.push_back(name);
  }
  return names;
}

class Client {
 public:
  explicit Client(unsigned seed) : random_(seed) {}

  void act() {
    switch (below(12)) {
      case 0:
      case 1:
        allocate();
        break;
      case 2:
        mach_port_insert_right(task(), name(), name(), disposition());
        break;
      case 3:
        insert_same();
        break;
      case 4:
        mach_port_mod_refs(task(), name(), below(6), static_cast<int>(below(6)) - 3);
        break;
      case 5:
        mach_port_deallocate(task(), name());
        break;
      case 6:
        if (below(3) == 0) mach_port_destroy(task(), name());
        break;
      case 7:
        request();
        break;
      case 8:
        arrange();
        break;
      case 9:
      case 10:
        send_something();
        break;
      default:
        receive_something();
        break;
    }
  }

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
  mach_msg_type_name_t disposition() { return 16 + below(6); }

  Name name() {
    if (names_.empty() || below(20) == 0) return below(2) == 0 ? MACH_PORT_NULL : MACH_PORT_DEAD;
    return names_[below(static_cast<unsigned>(names_.size()))];
  }
  void know(Name name) {
    if (MACH_PORT_VALID(name) && name != task()) names_.push_back(name);
  }

  void allocate() {
    Name made = MACH_PORT_NULL;
    mach_port_allocate(task(), below(8) == 0 ? MACH_PORT_RIGHT_PORT_SET : MACH_PORT_RIGHT_RECEIVE, &made);
    know(made);
  }
  void insert_same() {
    const Name same = name();
    mach_port_insert_right(task(), same, same, MACH_MSG_TYPE_MAKE_SEND);
  }
  void request() {
    constexpr mach_msg_id_t ids[] = {MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_SEND_POSSIBLE, MACH_NOTIFY_NO_SENDERS,
                                     MACH_NOTIFY_PORT_DESTROYED};
    Name previous = MACH_PORT_NULL;
    mach_port_request_notification(task(), name(), ids[below(4)], below(2), name(),
                                   MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
    know(previous);
  }
  void arrange() {
    switch (below(3)) {
      case 0:
        mach_port_insert_member(task(), name(), name());
        break;
      case 1:
        mach_port_extract_member(task(), name(), name());
        break;
      default:
        mach_port_move_member(task(), name(), name());
        break;
    }
  }
  void send_something() {
    std::vector<Body> body;
    for (unsigned count = below(3); count != 0; --count) body.push_back({name(), disposition()});
    const bool reply = below(2) == 0;
    Message message = message_to(name(), disposition(), 1, reply ? name() : MACH_PORT_NULL,
                                 reply ? disposition() : 0, body);
    send(message, MACH_SEND_TIMEOUT | (below(2) == 0 ? MACH_SEND_NOTIFY : 0), below(3));
  }
  void receive_something() {
    Message message;
    if (receive(name(), message, MACH_RCV_TIMEOUT, below(3)) != MACH_MSG_SUCCESS) return;
    know(message.header.msgh_remote_port);
    for (unsigned index = 0; index < 4; ++index) know(message.ports[index].name);
    if (below(2) == 0) mach_msg_destroy(&message.header);
  }

  std::minstd_rand random_;
  std::vector<Name> names_;
};

}  // namespace

TEST_CASE("random calls of one thread keep the books, and leave nothing behind") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    in_world([&] {
      const hosted::Accounting before = hosted::World::current()->accounting();
      Client client(seed);
      for (int call = 0; call < 300; ++call) {
        client.act();
        check_books();
      }
      // Ends send notifications, and those hold rights: until there is no name left.
      for (std::vector<Name> names = all_names(); !names.empty(); names = all_names()) {
        for (const Name name : names) mach_port_destroy(task(), name);
      }
      CHECK(hosted::World::current()->accounting() == before);
    });
  }
}

TEST_CASE("random calls of several threads keep the books under any schedule") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    in_world(
        [&] {
          Client first(seed);
          Client second(seed + 1000);
          for (Client* const client : {&first, &second}) {
            start(1, [client] {
              for (int call = 0; call < 200; ++call) client->act();
            });
          }
          Client main(seed + 2000);
          for (int call = 0; call < 200; ++call) {
            main.act();
            check_books();
          }
          while (hosted::World::current()->wait_for_others()) check_books();
          CHECK(hosted::World::current()->accounting().threads == 1);
        },
        {.schedule = seed});
  }
}

}  // namespace portunus::props
