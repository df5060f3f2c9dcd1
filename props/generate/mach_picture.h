// What a script of Mach calls has made so far, as far as its text tells: which names may have which rights,
// and what may wait in which queue. It is no model: it knows which calls are worth trying, and it may be
// wrong. Of the kernel it knows what an ordinary call does, and of failures that they change nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/vocabulary/script.h"

namespace portunus {

struct MachPicture {
  // A right in a message, or on its way into one. Right::receive, send or send_once.
  struct Cargo {
    Right right = Right::send;
    int port = 0;
  };
  struct Message {
    std::optional<Cargo> reply = {}, body = {};
  };
  struct Request {
    Notification of = Notification::dead_name;
    int notify = 0;  // the port that is told
  };
  struct Port {
    bool alive = true;
    std::int32_t limit = 5;
    std::vector<Message> queue = {};
    std::vector<Request> requests = {};
  };
  // What stands under a name. Nothing: the name is unused, or not used any more.
  struct Name {
    int port = none;  // that it has rights of
    bool receive = false;
    std::int32_t sends = 0;
    bool send_once = false;
    bool set = false;
    std::int32_t dead = 0;
    bool fresh = false;  // nothing has ever been there: the kernel gives out used names again in its own way
    std::vector<int> members = {};  // ports in the set

    bool unused() const { return !receive && sends == 0 && !send_once && !set && dead == 0; }
  };
  // Two handles stand for the same name where a call gives a name that the script knows.
  struct Handle {
    int name = none;        // none: it stands for nothing
    bool doubtful = false;  // another thread may give it something to stand for, or not yet
  };
  static constexpr int none = -1;

  std::vector<Handle> handles;
  std::vector<Name> names;
  std::vector<Port> ports;
  int sets = 0;  // asked for so far

  // Takes note of a call step. Its handles are the next ones, in their order.
  void note(const Step& step);

  // The name that the value stands for, or nullptr. Empty also for null and dead.
  const Name* find(Value name) const;
  // A port whose queue a receive from the name takes from: one with messages, if any; or none.
  int source_of(const Name& name) const;
  // Whether the rights under the name let a call make a right of it in that way.
  static bool fits(const Name& name, Disposition disposition);

 private:
  const Name& name_at(int place) const { return names[static_cast<std::size_t>(place)]; }
  const Port& port_at(int place) const { return ports[static_cast<std::size_t>(place)]; }
  Name& name_at(int place) { return names[static_cast<std::size_t>(place)]; }
  Port& port_at(int place) { return ports[static_cast<std::size_t>(place)]; }
  int place_of(Value name) const;
  int add_name(Name name);
  int add_right(Right right);
  void bind(int name) { handles.push_back({.name = name}); }

  std::optional<Cargo> take(int name, Disposition disposition);
  int give(std::optional<Cargo> cargo);
  void put(Name& name, Cargo cargo);
  void lose_receive(int name);
  void kill(int port);
  void leave_sets(int port);
  void deliver(int port, Message message);
  void tell(int port, Notification of);

  void note_allocate_name(const Step& step);
  void note_insert(const Step& step);
  void note_refs(const Step& step);
  void note_deallocate(int name);
  void note_destroy(int name);
  void note_member(const Step& step);
  void note_request(const Step& step);
  void note_send(const Step& step);
  void note_receive(const Step& step);
};

}  // namespace portunus
