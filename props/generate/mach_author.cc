#include "props/generate/mach_author.h"

#include <algorithm>

#include "model/vocabulary/word.h"
#include "props/generate/call_step.h"
#include "props/generate/canonical.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

constexpr int kSetsMax = 8;  // port sets that a script makes
constexpr Value kNoName = null_of(Type::name);
// The longest queue that is filled: a script has few steps.
constexpr std::int32_t kFillMax = 5;
// How long another thread waits: longer than anything that this one waits for.
constexpr Value kLong = milliseconds(50);

}  // namespace

MachAuthor::MachAuthor(Entropy& entropy, const GeneratorOptions& options)
    : options_(options), entropy_(entropy), choices_(entropy, picture_) {
  options_.steps_max = std::min(options_.steps_max, static_cast<std::uint32_t>(limits::steps / 2));
}

Script MachAuthor::write() {
  while (!full() && !entropy_.exhausted()) act();
  join_all();
  return canonical(std::move(script_));
}

// --- actions ---

void MachAuthor::act() {
  if (perform(choose_action())) return;
  // There is nothing to do it with, or enough of it: most things need a port, and a script looks at what
  // there is.
  if (!choices_.receiver() && allocate_right(Right::receive)) return;
  perform(MachAction::probe);
}

MachAction MachAuthor::choose_action() {
  MachWeights weights = options_.mach_weights;
  if (!options_.threads || inside_) weights[static_cast<std::size_t>(MachAction::thread)] = 0;
  static_assert(static_cast<int>(MachAction::probe) == 0, "what is done where nothing has a weight");
  return static_cast<MachAction>(choices_.weighted(weights));
}

bool MachAuthor::perform(MachAction action) {
  switch (action) {
    case MachAction::probe:
      return probe();
    case MachAction::allocate:
      return allocate();
    case MachAction::choose_name:
      return choose_name();
    case MachAction::insert:
      return insert();
    case MachAction::extract:
      return extract();
    case MachAction::refs:
      return refs();
    case MachAction::drop:
      return drop();
    case MachAction::destroy:
      return destroy();
    case MachAction::member:
      return member();
    case MachAction::limit:
      return limit();
    case MachAction::counter:
      return counter();
    case MachAction::request:
      return request();
    case MachAction::provoke:
      return provoke();
    case MachAction::send:
      return send();
    case MachAction::send_rights:
      return send_rights();
    case MachAction::receive:
      return receive();
    case MachAction::flood:
      return flood();
    case MachAction::bury:
      return bury();
    case MachAction::settle:
      return settle();
    case MachAction::wild:
      return wild();
    case MachAction::thread:
      return thread();
  }
  return false;
}

bool MachAuthor::probe() {
  const Value name = choices_.mostly(choices_.used().value_or(kNoName), 8);
  const auto set = choices_.set();
  switch (choices_.below(set ? 5 : 4)) {
    case 0:
      emit(call_step(Function::mach_port_type, {name}));
      break;
    case 1:
    case 2:
      emit(call_step(Function::mach_port_get_refs, {name, choices_.right(name)}));
      break;
    case 3:
      emit(call_step(Function::mach_port_get_attributes,
                     {choices_.mostly(choices_.receiver().value_or(name), 8)}));
      break;
    default:
      emit(call_step(Function::mach_port_get_set_status, {choices_.mostly(*set, 3)}));
      break;
  }
  return true;
}

// --- names and rights ---

bool MachAuthor::allocate() {
  if (choices_.crowded()) return false;
  constexpr Right rights[] = {Right::receive, Right::receive,  Right::receive,  Right::receive,
                              Right::receive, Right::port_set, Right::port_set, Right::dead_name};
  return allocate_right(choices_.one_of(rights));
}

bool MachAuthor::allocate_right(Right right) {
  const auto name = choices_.fresh();
  if (!name || (right == Right::port_set && picture_.sets == kSetsMax)) return false;
  emit(call_step(Function::mach_port_allocate, {word(right)}, *name));
  if (right == Right::receive && !choices_.chance(3)) make_send(*name);
  return true;
}

void MachAuthor::make_send(Value name) {
  emit(call_step(Function::mach_port_insert_right, {name, name, word(Disposition::make_send)}));
}

// An unused name, which something may be put under then or later; or one that is in use.
bool MachAuthor::choose_name() {
  const auto unused = choices_.fresh();
  if (unused && !choices_.chance(3)) {
    emit(call_step(Function::mach_port_unused_name, {}, *unused));
    if (choices_.chance(3)) return true;
  }
  const Value name = choices_.target();
  constexpr Right rights[] = {Right::receive,  Right::receive,  Right::receive,
                              Right::port_set, Right::port_set, Right::send_once};
  const Right right = choices_.one_of(rights);
  if (right == Right::port_set && picture_.sets == kSetsMax) return false;
  emit(call_step(Function::mach_port_allocate_name, {word(right), name}));
  return true;
}

// Mostly under the right's own name, or under an unused one.
bool MachAuthor::insert() {
  const auto known = choices_.used();
  if (!known) return false;
  const Value poly = choices_.mostly(*known, 12);
  const Value name = choices_.chance(2) ? choices_.target() : poly;
  emit(call_step(Function::mach_port_insert_right, {name, poly, choices_.disposition(poly)}));
  return true;
}

bool MachAuthor::extract() {
  const auto known = choices_.alive();
  const auto bind = choices_.fresh();
  if (!known || !bind) return false;
  const Value name = choices_.mostly(*known, 12);
  emit(call_step(Function::mach_port_extract_right, {name, choices_.disposition_out(name)}, *bind));
  return true;
}

bool MachAuthor::refs() {
  const auto known = choices_.used();
  if (!known) return false;
  const Value name = choices_.mostly(*known, 12);
  const Value right = choices_.right(name);
  emit(call_step(Function::mach_port_mod_refs, {name, right, choices_.delta(right)}));
  return true;
}

bool MachAuthor::drop() {
  const auto known = choices_.used();
  if (!known) return false;
  emit(call_step(Function::mach_port_deallocate, {choices_.mostly(*known, 8)}));
  return true;
}

bool MachAuthor::destroy() {
  const auto known = choices_.used();
  if (!known) return false;
  emit(call_step(Function::mach_port_destroy, {choices_.mostly(*known, 8)}));
  return true;
}

// --- sets and attributes ---

bool MachAuthor::member() {
  const auto port = choices_.receiver();
  if (!port) return false;
  auto set = choices_.set();
  if (!set && allocate_right(Right::port_set)) set = choices_.set();
  if (!set) return false;
  constexpr Function functions[] = {Function::mach_port_insert_member, Function::mach_port_move_member,
                                    Function::mach_port_extract_member};
  Function function = choices_.one_of(functions);
  // There is nothing to take out of an empty set.
  if (picture_.find(*set)->members.empty() && !choices_.chance(4)) function = functions[0];
  const bool from_all = function == Function::mach_port_move_member && choices_.chance(4);
  const Value member = choices_.mostly(*port, 12);
  emit(call_step(function, {member, from_all ? kNoName : choices_.mostly(*set, 12)}));
  return true;
}

bool MachAuthor::limit() {
  const auto port = choices_.receiver();
  if (!port) return false;
  emit(call_step(Function::mach_port_set_attributes, {choices_.mostly(*port, 8), choices_.limit()}));
  return true;
}

bool MachAuthor::counter() {
  const auto port = choices_.receiver();
  if (!port) return false;
  const Function function =
      choices_.chance(2) ? Function::mach_port_set_seqno : Function::mach_port_set_mscount;
  constexpr std::int32_t counts[] = {0, 1, 2, 7};
  emit(call_step(function, {choices_.mostly(*port, 8), number(choices_.one_of(counts))}));
  return true;
}

// --- notifications ---

bool MachAuthor::request() {
  const auto known = choices_.used();
  if (!known) return false;
  constexpr Notification kinds[] = {
      Notification::dead_name,      Notification::dead_name,      Notification::dead_name,
      Notification::no_senders,     Notification::no_senders,     Notification::no_senders,
      Notification::send_possible,  Notification::send_possible,  Notification::port_destroyed,
      Notification::port_destroyed, Notification::port_destroyed, Notification::port_deleted,
      Notification::send_once};
  const Value name = choices_.mostly(*known, 12);
  const Notification of = choices_.one_of(kinds);
  return request_of(name, of) && (!choices_.chance(4) || request_of(name, of));
}

// Mostly by a send-once right that is made for it, of another port; else by one that is there, by none, or by
// a wrong one.
bool MachAuthor::request_of(Value name, Notification of) {
  const auto previous = choices_.fresh();
  if (!previous) return false;
  const MachPicture::Name* about = picture_.find(name);
  const auto another = choices_.name_where([&](const MachPicture::Name& held) {
    return held.receive && (about == nullptr || held.port != about->port);
  });
  Value notify = another && !choices_.chance(4) ? *another : choices_.receiver().value_or(kNoName);
  Value disposition = word(Disposition::make_send_once);
  if (choices_.chance(4)) {
    const auto once = choices_.name_where([](const MachPicture::Name& held) { return held.send_once; });
    notify = choices_.mostly(once.value_or(kNoName), 4);
    if (once || choices_.chance(2)) disposition = choices_.disposition(notify);
  }
  constexpr std::int32_t syncs[] = {0, 0, 1, 2};
  const Value sync = number(choices_.one_of(syncs));
  emit(call_step(Function::mach_port_request_notification, {name, word(of), sync, notify, disposition},
                 *previous));
  return true;
}

// A request, what it is about, and what comes of it.
bool MachAuthor::provoke() {
  constexpr Notification kinds[] = {Notification::dead_name, Notification::no_senders,
                                    Notification::port_destroyed, Notification::send_possible};
  const Notification of = choices_.one_of(kinds);
  const auto name = choices_.receiver();
  if (!name || !choices_.fresh(2) || !request_of(*name, of)) return false;
  make_happen(*name, of);
  if (const auto told = choices_.ready()) receive_from(*told, milliseconds(0));
  return true;
}

void MachAuthor::make_happen(Value name, Notification of) {
  if (of == Notification::no_senders) {
    emit(call_step(Function::mach_port_mod_refs, {name, word(Right::send), number(-1)}));
  } else if (of == Notification::send_possible) {
    fill(name);
    receive_from(name, milliseconds(0));
  } else {
    kill(name);
  }
}

void MachAuthor::kill(Value name) {
  if (choices_.chance(3)) {
    emit(call_step(Function::mach_port_destroy, {name}));
  } else {
    emit(call_step(Function::mach_port_mod_refs, {name, word(Right::receive), number(-1)}));
  }
}

// --- messages ---

bool MachAuthor::send() {
  const auto destination = choices_.sender();
  if (!destination) return false;
  const Value name = choices_.mostly(*destination, 12);
  return send_to(name, choices_.timeout());
}

bool MachAuthor::send_to(Value name, Value timeout) {
  const Value id = number(static_cast<std::int32_t>(choices_.below(4)));
  const Value disposition = choices_.disposition_to(name);
  emit(call_step(Function::mach_msg_send, {name, disposition, id, choices_.size_sent(), timeout}));
  return true;
}

bool MachAuthor::send_rights() {
  const auto destination = choices_.sender();
  return destination && send_rights_to(choices_.mostly(*destination, 12));
}

bool MachAuthor::send_rights_to(Value name) {
  const auto reply_handle = choices_.fresh(0), body_handle = choices_.fresh(1);
  if (!reply_handle || !body_handle) return false;
  const Transfer reply = reply_right(name), body = body_right(name);
  const Value id = number(static_cast<std::int32_t>(choices_.below(4)));
  emit(call_step(Function::mach_msg_send_rights,
                 {name, choices_.disposition_to(name), reply.name, reply.disposition, body.name,
                  body.disposition, id, choices_.timeout()},
                 *reply_handle, *body_handle));
  return true;
}

// None as often as not; then a send-once right to a port of the script's own most often, as clients have it.
MachAuthor::Transfer MachAuthor::reply_right(Value destination) {
  if (!choices_.chance(2)) return {};
  const auto port = choices_.receiver();
  if (port && !choices_.chance(3)) return {*port, word(Disposition::make_send_once)};
  const Value name = choices_.chance(4) ? destination : choices_.mostly(choices_.used().value_or(kNoName), 8);
  return {name, choices_.disposition(name)};
}

// The port may be carried by a message to itself.
MachAuthor::Transfer MachAuthor::body_right(Value destination) {
  if (choices_.chance(4)) return {};
  if (choices_.chance(6))
    if (const auto port = choices_.receiver()) return {*port, word(Disposition::move_receive)};
  const Value name = choices_.chance(8) ? destination : choices_.mostly(choices_.used().value_or(kNoName), 8);
  return {name, choices_.disposition(name)};
}

// Mostly what is there, or is sent for it.
bool MachAuthor::receive() {
  if (!choices_.fresh(1)) return false;
  auto source = choices_.ready();
  if ((!source || choices_.chance(8)) && !choices_.chance(4)) {
    if (!send_rights()) send();
    source = choices_.ready();
  }
  if (!source || choices_.chance(8)) source = choices_.chance(3) ? choices_.set() : choices_.receiver();
  if (!source) return false;
  const Value name = choices_.mostly(*source, 16);
  return receive_from(name, choices_.timeout());
}

bool MachAuthor::receive_from(Value name, Value timeout) {
  const auto reply = choices_.fresh(0), body = choices_.fresh(1);
  if (!reply || !body) return false;
  const Value size = choices_.size_received();
  emit(call_step(Function::mach_msg_receive, {name, size, boolean(choices_.chance(3)), timeout}, *reply,
                 *body));
  return true;
}

// One message more than there is room for.
bool MachAuthor::flood() {
  const auto port = choices_.receiver();
  if (!port) return false;
  fill(*port);
  return send_to(*port, choices_.timeout());
}

// Sends until the queue is full. The name is that of a receive right.
void MachAuthor::fill(Value name) {
  const auto port = [&] { return picture_.ports[static_cast<std::size_t>(picture_.find(name)->port)]; };
  if (port().limit > kFillMax || choices_.chance(2))
    emit(call_step(Function::mach_port_set_attributes, {name, number(choices_.chance(2) ? 2 : 1)}));
  for (auto room = port().limit - std::ssize(port().queue); room > 0; --room)
    emit(call_step(Function::mach_msg_send, {name, word(Disposition::make_send), number(0),
                                             number(message_size_min), milliseconds(0)}));
}

// A port dies with a message in its queue.
bool MachAuthor::bury() {
  const auto port = choices_.receiver();
  if (!port || !send_rights_to(*port)) return false;
  kill(*port);
  return true;
}

bool MachAuthor::settle() {
  emit(Step{.kind = StepKind::settle});
  return true;
}

// --- threads ---

bool MachAuthor::thread() {
  for (ThreadId id = 1; id < limits::threads && choices_.chance(2); ++id) {
    if (!running_[id]) continue;
    running_[id] = false;
    emit(Step{.kind = StepKind::join, .thread = id});
    return true;
  }
  return start_thread();
}

// Another thread waits for a message, or for room for one; this one changes what it waits on.
bool MachAuthor::start_thread() {
  const auto waited_on = choices_.chance(4) ? choices_.set() : choices_.receiver();
  ThreadId id = 1;
  while (id < limits::threads && running_[id]) ++id;
  if (!waited_on || id == limits::threads) return false;
  const bool sends = picture_.find(*waited_on)->receive && choices_.chance(3);
  if (sends) fill(*waited_on);

  running_[id] = true;
  inside_ = true;
  const std::size_t at = script_.steps.size(), handles = picture_.handles.size();
  script_.steps.push_back(Step{.kind = StepKind::start, .thread = id});
  if (!(sends ? send_to(*waited_on, kLong) : receive_from(*waited_on, kLong))) settle();
  for (std::uint32_t more = choices_.below(3); more > 0 && !full(); --more) act();
  script_.steps[at].size = static_cast<std::uint32_t>(script_.steps.size() - at - 1);
  for (std::size_t made = handles; made < picture_.handles.size(); ++made)
    picture_.handles[made].doubtful = true;
  inside_ = false;

  for (std::uint32_t more = 1 + choices_.below(3); more > 0 && !full(); --more) contend(*waited_on);
  return true;
}

void MachAuthor::contend(Value name) {
  const bool set = picture_.find(name)->set;
  switch (choices_.below(6)) {
    case 0:
      send_to(set ? choices_.receiver().value_or(name) : name, milliseconds(0));
      break;
    case 1:
      receive_from(name, milliseconds(0));
      break;
    case 2:
      kill(name);
      break;
    case 3:
      if (const auto other = set ? choices_.receiver() : choices_.set())
        emit(call_step(
            choices_.chance(2) ? Function::mach_port_move_member : Function::mach_port_insert_member,
            {set ? *other : name, set ? name : *other}));
      break;
    case 4:
      emit(call_step(Function::mach_port_set_attributes, {name, choices_.limit()}));
      break;
    default:
      act();
      break;
  }
}

void MachAuthor::join_all() {
  for (ThreadId id = 1; id < limits::threads; ++id)
    if (running_[id]) emit(Step{.kind = StepKind::join, .thread = id});
}

// --- anything ---

bool MachAuthor::wild() {
  constexpr auto first = static_cast<std::uint32_t>(Function::mach_port_allocate);
  const auto all = functions().subspan(first);
  const FunctionInfo& row = all[choices_.below(static_cast<std::uint32_t>(all.size()))];
  Step step{.kind = StepKind::call, .function = row.function};
  for (int at = 0; at < row.argument_count; ++at) step.arguments[at] = choices_.any(row, at);
  const bool makes_set =
      row.argument_count > 0 && step.arguments[0] == word(Right::port_set) && row.arguments[0] == Type::right;
  if (makes_set && picture_.sets == kSetsMax) return false;
  if (row.bind != Type::none) {
    const auto bind = choices_.fresh(0), second = choices_.fresh(1);
    if (!bind || (row.second != Type::none && !second)) return false;
    step.bind = *bind;
    if (row.second != Type::none) step.second = *second;
  }
  emit(step);
  return true;
}

void MachAuthor::emit(const Step& step) {
  script_.steps.push_back(step);
  picture_.note(step);
}

}  // namespace portunus
