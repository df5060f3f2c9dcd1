#include "props/generate/mach_picture.h"

#include <algorithm>
#include <utility>

namespace portunus {
namespace {

constexpr std::int32_t kReferencesMax = 65535;
// What a receive's buffer needs: a header and the shortest trailer, and for a right a body and a descriptor.
constexpr std::int32_t kPlainSize = 32, kComplexSize = 48;

template <class Word>
Word word_of(Value value) {
  return static_cast<Word>(value.number);
}

// A count of references after a change; what may not be leaves it as it is.
std::int32_t changed(std::int32_t count, std::int32_t delta) {
  const std::int64_t sum = std::int64_t{count} + delta;
  if (count == 0 || sum < 0) return count;
  return static_cast<std::int32_t>(std::min<std::int64_t>(sum, kReferencesMax));
}

}  // namespace

void MachPicture::note(const Step& step) {
  if (step.kind != StepKind::call) return;
  const Value* arguments = step.arguments;
  if (arguments[0] == make_value(Type::right, static_cast<std::int32_t>(Right::port_set))) ++sets;
  switch (step.function) {
    case Function::mach_port_allocate:
      return bind(add_right(word_of<Right>(arguments[0])));
    case Function::mach_port_unused_name:
      return bind(add_name({.fresh = true}));
    case Function::mach_port_allocate_name:
      return note_allocate_name(step);
    case Function::mach_port_insert_right:
      return note_insert(step);
    case Function::mach_port_extract_right:
      return bind(give(take(place_of(arguments[0]), word_of<Disposition>(arguments[1]))));
    case Function::mach_port_mod_refs:
      return note_refs(step);
    case Function::mach_port_deallocate:
      return note_deallocate(place_of(arguments[0]));
    case Function::mach_port_destroy:
      return note_destroy(place_of(arguments[0]));
    case Function::mach_port_insert_member:
    case Function::mach_port_extract_member:
    case Function::mach_port_move_member:
      return note_member(step);
    case Function::mach_port_set_attributes:
      if (const int name = place_of(arguments[0]); name != none && name_at(name).receive)
        port_at(name_at(name).port).limit = arguments[1].number;
      return;
    case Function::mach_port_request_notification:
      return note_request(step);
    case Function::mach_msg_send:
    case Function::mach_msg_send_rights:
      return note_send(step);
    case Function::mach_msg_receive:
      return note_receive(step);
    default:
      return;
  }
}

const MachPicture::Name* MachPicture::find(Value name) const {
  const int place = place_of(name);
  return place == none ? nullptr : &name_at(place);
}

int MachPicture::source_of(const Name& name) const {
  if (name.receive) return name.port;
  const auto waits = [&](int port) { return !port_at(port).queue.empty(); };
  const auto member = std::ranges::find_if(name.members, waits);
  if (member != name.members.end()) return *member;
  return name.members.empty() ? none : name.members.front();
}

bool MachPicture::fits(const Name& name, Disposition disposition) {
  switch (disposition) {
    case Disposition::move_receive:
    case Disposition::make_send:
    case Disposition::make_send_once:
      return name.receive;
    case Disposition::move_send:
    case Disposition::copy_send:
      return name.sends > 0 || name.dead > 0;
    case Disposition::move_send_once:
      return name.send_once || name.dead > 0;
  }
  return false;
}

// --- names and rights ---

int MachPicture::place_of(Value name) const {
  if (name.type != Type::name || name.number < 0) return none;
  const auto index = static_cast<std::size_t>(name.number);
  return index < handles.size() ? handles[index].name : none;
}

int MachPicture::add_name(Name name) {
  names.push_back(std::move(name));
  return static_cast<int>(names.size()) - 1;
}

int MachPicture::add_right(Right right) {
  switch (right) {
    case Right::receive:
      ports.emplace_back();
      return add_name({.port = static_cast<int>(ports.size()) - 1, .receive = true});
    case Right::port_set:
      return add_name({.set = true});
    case Right::dead_name:
      return add_name({.dead = 1});
    default:
      return none;
  }
}

// The right that leaves the name for a message or for another name; nothing if it has none that fits.
std::optional<MachPicture::Cargo> MachPicture::take(int place, Disposition disposition) {
  if (place == none) return std::nullopt;
  Name& name = name_at(place);
  if (!fits(name, disposition) || name.dead > 0) return std::nullopt;
  const int port = name.port;
  switch (disposition) {
    case Disposition::move_receive:
      name.receive = false;
      leave_sets(port);
      return Cargo{Right::receive, port};
    case Disposition::move_send:
      --name.sends;
      return Cargo{Right::send, port};
    case Disposition::copy_send:
    case Disposition::make_send:
      return Cargo{Right::send, port};
    case Disposition::move_send_once:
      name.send_once = false;
      return Cargo{Right::send_once, port};
    case Disposition::make_send_once:
      return Cargo{Right::send_once, port};
  }
  return std::nullopt;
}

// The name under which a right arrives: that of the port's other rights, or a new one; none for no right, and
// for one of a port that is dead.
int MachPicture::give(std::optional<Cargo> cargo) {
  if (!cargo || !port_at(cargo->port).alive) return none;
  const auto has_port = [&](const Name& name) {
    return name.port == cargo->port && (name.receive || name.sends > 0);
  };
  const auto known = std::ranges::find_if(names, has_port);
  const int place = known == names.end() || cargo->right == Right::send_once
                        ? add_name({})
                        : static_cast<int>(known - names.begin());
  put(name_at(place), *cargo);
  return place;
}

void MachPicture::put(Name& name, Cargo cargo) {
  name.port = cargo.port;
  name.fresh = false;
  if (cargo.right == Right::send) name.sends = std::min(name.sends + 1, kReferencesMax);
  if (cargo.right == Right::receive) name.receive = true;
  if (cargo.right == Right::send_once) name.send_once = true;
}

// The receive right goes, and with it the port; or to the port that asked for it.
void MachPicture::lose_receive(int place) {
  const int port = name_at(place).port;
  name_at(place).receive = false;
  leave_sets(port);
  std::vector<Request>& requests = port_at(port).requests;
  const auto rescue = std::ranges::find(requests, Notification::port_destroyed, &Request::of);
  if (rescue == requests.end() || rescue->notify == port || !port_at(rescue->notify).alive) return kill(port);
  const int notify = rescue->notify;
  requests.erase(rescue);
  deliver(notify, {.body = Cargo{Right::receive, port}});
}

void MachPicture::kill(int port) {
  if (!std::exchange(port_at(port).alive, false)) return;
  for (Name& name : names) {
    if (name.port != port) continue;
    name = Name{.dead = name.sends + (name.send_once ? 1 : 0)};
  }
  leave_sets(port);
  tell(port, Notification::dead_name);
  for (const Message& message : std::exchange(port_at(port).queue, {}))
    if (message.body && message.body->right == Right::receive) kill(message.body->port);
}

void MachPicture::leave_sets(int port) {
  for (Name& name : names) std::erase(name.members, port);
}

void MachPicture::deliver(int port, Message message) {
  if (port_at(port).alive)
    port_at(port).queue.push_back(message);
  else if (message.body && message.body->right == Right::receive)
    kill(message.body->port);
}

// Those that asked for it hear of it, once.
void MachPicture::tell(int port, Notification of) {
  const std::vector<Request> requests = port_at(port).requests;
  for (const Request& request : requests)
    if (request.of == of) deliver(request.notify, {});
  std::erase_if(port_at(port).requests, [&](const Request& request) { return request.of == of; });
}

// --- calls ---

// The kernel chooses dead names itself, whatever the script asks for.
void MachPicture::note_allocate_name(const Step& step) {
  const auto right = word_of<Right>(step.arguments[0]);
  const int place = place_of(step.arguments[1]);
  if (place == none || !name_at(place).fresh || right == Right::dead_name) return;
  if (const int made = add_right(right); made != none) std::swap(name_at(place), name_at(made));
}

void MachPicture::note_insert(const Step& step) {
  const int target = place_of(step.arguments[0]), source = place_of(step.arguments[1]);
  const auto cargo = take(source, word_of<Disposition>(step.arguments[2]));
  if (!cargo) return;
  const bool own = target == source && cargo->right != Right::send_once;
  if (target != none && (own || name_at(target).fresh)) return put(name_at(target), *cargo);
  if (cargo->right == Right::receive) kill(cargo->port);
}

void MachPicture::note_refs(const Step& step) {
  const int place = place_of(step.arguments[0]);
  if (place == none) return;
  Name& name = name_at(place);
  const std::int32_t delta = step.arguments[2].number;
  switch (word_of<Right>(step.arguments[1])) {
    case Right::send:
      name.sends = changed(name.sends, delta);
      if (delta < 0 && name.sends == 0 && name.port != none) tell(name.port, Notification::no_senders);
      return;
    case Right::receive:
      if (name.receive && delta == -1) lose_receive(place);
      return;
    case Right::send_once:
      if (delta == -1) name.send_once = false;
      return;
    case Right::port_set:
      if (name.set && delta == -1) name = Name{};
      return;
    case Right::dead_name:
      name.dead = changed(name.dead, delta);
      return;
  }
}

void MachPicture::note_deallocate(int place) {
  if (place == none) return;
  Name& name = name_at(place);
  if (name.set) name = Name{};
  name.send_once = false;
  name.dead = changed(name.dead, -1);
  if (name.sends == 0) return;
  if (--name.sends == 0) tell(name.port, Notification::no_senders);
}

void MachPicture::note_destroy(int place) {
  if (place == none) return;
  const bool received = name_at(place).receive;
  const int port = name_at(place).port;
  name_at(place) = Name{.port = port, .receive = received};
  if (received) lose_receive(place);
}

void MachPicture::note_member(const Step& step) {
  const int member = place_of(step.arguments[0]), set = place_of(step.arguments[1]);
  if (member == none || !name_at(member).receive) return;
  const int port = name_at(member).port;
  if (step.function == Function::mach_port_move_member) leave_sets(port);
  if (set == none || !name_at(set).set) return;
  std::erase(name_at(set).members, port);
  if (step.function != Function::mach_port_extract_member) name_at(set).members.push_back(port);
}

// One slot for dead names and send-possible together; it gives the right that was registered before.
void MachPicture::note_request(const Step& step) {
  const int place = place_of(step.arguments[0]);
  const auto notify = take(place_of(step.arguments[3]), word_of<Disposition>(step.arguments[4]));
  if (place == none || name_at(place).port == none) return bind(none);
  Port& port = port_at(name_at(place).port);
  auto of = word_of<Notification>(step.arguments[1]);
  if (of == Notification::send_possible) of = Notification::dead_name;
  std::optional<Cargo> previous;
  const auto same = std::ranges::find(port.requests, of, &Request::of);
  if (same != port.requests.end()) {
    if (of == Notification::port_destroyed) return bind(none);
    previous = Cargo{Right::send_once, same->notify};
    port.requests.erase(same);
  }
  if (notify) port.requests.push_back({.of = of, .notify = notify->port});
  bind(give(previous));
}

// A message that finds no room comes back with its rights.
void MachPicture::note_send(const Step& step) {
  const bool with_rights = step.function == Function::mach_msg_send_rights;
  const auto right = [&](int place) {
    return take(place_of(step.arguments[place]), word_of<Disposition>(step.arguments[place + 1]));
  };
  const auto destination = right(0);
  Message message;
  if (destination && with_rights) message = {.reply = right(2), .body = right(4)};
  const bool sent =
      destination && (destination->right == Right::send_once ||
                      std::ssize(port_at(destination->port).queue) < port_at(destination->port).limit);
  if (sent) deliver(destination->port, message);
  if (!with_rights) return;
  bind(sent ? none : give(message.reply));
  bind(sent ? none : give(message.body));
}

void MachPicture::note_receive(const Step& step) {
  const Name* name = find(step.arguments[0]);
  const int port = name == nullptr ? none : source_of(*name);
  const std::int32_t size = step.arguments[1].number;
  const bool large = step.arguments[2].number != 0;
  std::optional<Message> message;
  if (port != none && !port_at(port).queue.empty()) {
    const bool fits = size >= (port_at(port).queue.front().body ? kComplexSize : kPlainSize);
    if (fits) message = port_at(port).queue.front();
    if (fits || !large) port_at(port).queue.erase(port_at(port).queue.begin());
  }
  bind(message ? give(message->reply) : none);
  bind(message ? give(message->body) : none);
}

}  // namespace portunus
