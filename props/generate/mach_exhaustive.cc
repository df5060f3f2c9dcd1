#include "props/generate/mach_exhaustive.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "props/generate/call_step.h"
#include "props/generate/canonical.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

constexpr Value kNames[] = {make_value(Type::name, 0), make_value(Type::name, 1)};
constexpr Value kNoName = null_of(Type::name);
constexpr Value kAmple = number(256);  // bytes, for any message here
constexpr Value kNow = milliseconds(0);

Step allocate(Right right, Value name) {
  return call_step(Function::mach_port_allocate, {word(right)}, name);
}
Step make_send(Value name) {
  return call_step(Function::mach_port_insert_right, {name, name, word(Disposition::make_send)});
}

// What there is at the beginning. N0 and N1 are:
const std::vector<std::vector<Step>>& worlds() {
  static const std::vector<std::vector<Step>> all = {
      // two ports, the second with a send right;
      {allocate(Right::receive, kNames[0]), allocate(Right::receive, kNames[1]), make_send(kNames[1])},
      // a port with a send right, and a set;
      {allocate(Right::receive, kNames[0]), make_send(kNames[0]), allocate(Right::port_set, kNames[1])},
      // a port with a send right, and a send-once right to it;
      {allocate(Right::receive, kNames[0]), make_send(kNames[0]),
       call_step(Function::mach_port_extract_right, {kNames[0], word(Disposition::make_send_once)},
                 kNames[1])},
      // a port, and a dead name.
      {allocate(Right::receive, kNames[0]), allocate(Right::dead_name, kNames[1])},
  };
  return all;
}

// --- the alphabet ---

Value next_handle(const MachPicture& picture, std::int32_t behind = 0) {
  return make_value(Type::name, static_cast<std::int32_t>(picture.handles.size()) + behind);
}

void add_right_steps(const MachPicture::Name& known, Value name, Value other, const MachPicture& picture,
                     std::vector<Step>& steps) {
  if (known.receive) {
    steps.push_back(make_send(name));
    // A name that was in use is given out again in the kernel's own way.
    if (!picture.find(other)->unused())
      steps.push_back(
          call_step(Function::mach_port_insert_right, {other, name, word(Disposition::move_receive)}));
    steps.push_back(call_step(Function::mach_port_extract_right, {name, word(Disposition::make_send_once)},
                              next_handle(picture)));
    steps.push_back(call_step(Function::mach_port_mod_refs, {name, word(Right::receive), number(-1)}));
  }
  if (known.sends > 0)
    steps.push_back(call_step(Function::mach_port_mod_refs, {name, word(Right::send), number(-1)}));
  steps.push_back(call_step(Function::mach_port_deallocate, {name}));
  steps.push_back(call_step(Function::mach_port_destroy, {name}));
}

void add_member_steps(Value port, Value set, std::vector<Step>& steps) {
  steps.push_back(call_step(Function::mach_port_insert_member, {port, set}));
  steps.push_back(call_step(Function::mach_port_move_member, {port, set}));
  steps.push_back(call_step(Function::mach_port_extract_member, {port, set}));
}

void add_request_steps(Value name, Value notify, const MachPicture& picture, std::vector<Step>& steps) {
  for (const Notification of :
       {Notification::dead_name, Notification::no_senders, Notification::port_destroyed})
    steps.push_back(call_step(Function::mach_port_request_notification,
                              {name, word(of), number(0), notify, word(Disposition::make_send_once)},
                              next_handle(picture)));
}

Step send_rights(Value to, Disposition way, Value reply, Value body, Disposition body_way,
                 const MachPicture& picture) {
  const Value reply_way = reply == kNoName ? null_of(Type::disposition) : word(Disposition::make_send_once);
  return call_step(Function::mach_msg_send_rights,
                   {to, word(way), reply, reply_way, body, word(body_way), number(0), kNow},
                   next_handle(picture), next_handle(picture, 1));
}

Step receive(Value name, const MachPicture& picture) {
  return call_step(Function::mach_msg_receive, {name, kAmple, boolean(false), kNow}, next_handle(picture),
                   next_handle(picture, 1));
}

void add_message_steps(const MachPicture::Name& known, Value name, Value other, const MachPicture& picture,
                       std::vector<Step>& steps) {
  if (known.receive) {
    steps.push_back(call_step(Function::mach_port_set_attributes, {name, number(1)}));
    steps.push_back(call_step(Function::mach_msg_send, {name, word(Disposition::make_send), number(0),
                                                        number(message_size_min), kNow}));
    steps.push_back(
        send_rights(name, Disposition::make_send, kNoName, other, Disposition::move_receive, picture));
    steps.push_back(
        send_rights(name, Disposition::make_send_once, name, other, Disposition::copy_send, picture));
  }
  if (known.send_once)
    steps.push_back(call_step(Function::mach_msg_send, {name, word(Disposition::move_send_once), number(0),
                                                        number(message_size_min), kNow}));
  if (known.receive || known.set) steps.push_back(receive(name, picture));
}

// What may be done with each of the two names, given what stands under it.
std::vector<Step> alphabet(const MachPicture& picture) {
  std::vector<Step> steps;
  for (const Value name : kNames) {
    const Value other = name == kNames[0] ? kNames[1] : kNames[0];
    const MachPicture::Name& known = *picture.find(name);
    const MachPicture::Name& beside = *picture.find(other);
    add_right_steps(known, name, other, picture, steps);
    if (known.receive && beside.set) add_member_steps(name, other, steps);
    if (known.port != MachPicture::none && beside.receive) add_request_steps(name, other, picture, steps);
    add_message_steps(known, name, other, picture, steps);
  }
  return steps;
}

// The identification suffix: lets the system come to rest, and asks everything that can be asked. What is
// received is seen by what it is called.
void add_suffix(MachPicture picture, std::vector<Step>& steps) {
  const auto add = [&](const Step& step) {
    steps.push_back(step);
    picture.note(step);
  };
  add(Step{.kind = StepKind::settle});
  for (std::size_t at = 0, count = picture.handles.size(); at < count; ++at) {
    const Value name = make_value(Type::name, static_cast<std::int32_t>(at));
    if (picture.find(name) == nullptr) continue;
    add(call_step(Function::mach_port_type, {name}));
    add(call_step(Function::mach_port_get_refs, {name, word(Right::send)}));
    add(call_step(Function::mach_port_get_attributes, {name}));
  }
  for (const Value name : kNames) {
    if (picture.find(name)->set) add(call_step(Function::mach_port_get_set_status, {name}));
    add(receive(name, picture));
  }
}

MachPicture picture_of(const std::vector<Step>& steps) {
  MachPicture picture;
  for (const Step& step : steps) picture.note(step);
  return picture;
}

}  // namespace

ExhaustiveMachScripts::ExhaustiveMachScripts(int calls)
    : calls_(static_cast<std::size_t>(calls)), sequences_(sequences_in(0)) {}

Sequences<MachPicture> ExhaustiveMachScripts::sequences_in(std::size_t world) const {
  return {picture_of(worlds()[world]), calls_, alphabet};
}

std::optional<Script> ExhaustiveMachScripts::next() {
  while (!sequences_.next()) {
    if (world_ + 1 == worlds().size()) return std::nullopt;
    sequences_ = sequences_in(++world_);
  }
  Script script;
  script.steps = worlds()[world_];
  std::ranges::copy(sequences_.steps(), std::back_inserter(script.steps));
  add_suffix(sequences_.picture(), script.steps);
  return canonical(std::move(script));
}

}  // namespace portunus
