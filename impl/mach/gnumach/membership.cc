#include "impl/mach/gnumach/membership.h"

#include <algorithm>

#include "impl/mach/gnumach/mutex.h"
#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {
namespace {

constexpr Code success = 0;
constexpr Code already_in_set = 11;
constexpr Code not_in_set = 12;
constexpr Code invalid_name = 15;
constexpr Code invalid_right = 17;

struct Member {
  Name port;
  Name set;
};

struct Waiting {
  Name name;
  std::uint32_t count;
};

// The lock of all of it: held for moments, by a thread that does not block meanwhile.
std::uint32_t members_word = unlocked_word;
std::vector<Member> members;
std::vector<Waiting> waiting;

std::uint32_t type_of(Name name) {
  std::uint32_t type = 0;
  return kernel_mach_port_type(task_self(), name, &type) == success ? type : 0;
}

constexpr std::uint32_t type_bit(Right right) {
  return 1u << (16 + right);
}

Waiting* find_waiting(Name name) {
  for (Waiting& wait : waiting)
    if (wait.name == name) return &wait;
  return nullptr;
}

bool is_waited_for(Name name) {
  return find_waiting(name) != nullptr;
}

bool is_member(Name port, Name set) {
  for (const Member& member : members)
    if (member.port == port && member.set == set) return true;
  return false;
}

bool is_member_of_any(Name port) {
  for (const Member& member : members)
    if (member.port == port) return true;
  return false;
}

Name home_of(Name port) {
  PortStatus status = {};
  return kernel_receive_status(task_self(), port, status) == success ? status.set : null_name;
}

void send_home(Name port, Name home) {
  if (home_of(port) != home) kernel_mach_port_move_member(task_self(), port, home);
}

// Leaves the port to whoever waits for it, else where it may stay until somebody does.
void settle_home(Name port) {
  if (is_waited_for(port)) return send_home(port, null_name);
  Name home = null_name;
  for (const Member& member : members) {
    if (member.port != port) continue;
    if (home == null_name || is_waited_for(member.set)) home = member.set;
  }
  send_home(port, home);
}

// The ports that a wait on `name` has to find at home: the set's members, or the port itself if it is in
// sets.
template <class Act>
void for_each_port(Name name, Act act) {
  for (std::size_t at = 0; at < members.size(); ++at) {
    if (members[at].set == name) act(members[at].port);
  }
  if (is_member_of_any(name)) act(name);
}

void take_home(Name name) {
  for_each_port(name, [&](Name port) { send_home(port, port == name ? null_name : name); });
}

template <class Matches>
bool forget(Matches matches) {
  const std::size_t before = members.size();
  std::erase_if(members, matches);
  return members.size() != before;
}

bool has(Name name, Right right) {
  return (type_of(name) & type_bit(right)) != 0;
}

bool is_valid(Name name) {
  return name != null_name && name != dead_name;
}

// What Darwin's kernel would say of the names, where this one does not get to see them (facts mach-xnu 4).
Code check(Name name, Right right) {
  if (!is_valid(name)) return invalid_right;
  if (type_of(name) == 0) return invalid_name;
  return has(name, right) ? success : invalid_right;
}

Code check_both(Name port, Name set) {
  if (!is_valid(port) || !is_valid(set)) return invalid_right;
  if (type_of(port) == 0 || type_of(set) == 0) return invalid_name;
  return has(port, receive_right) && has(set, set_right) ? success : invalid_right;
}

}  // namespace

Code insert_member(Name port, Name set) {
  const WordLock lock(members_word);
  if (const Code code = check_both(port, set); code != success) return code;
  if (is_member(port, set)) return already_in_set;
  members.push_back({port, set});
  settle_home(port);
  return success;
}

Code extract_member(Name port, Name set) {
  const WordLock lock(members_word);
  if (const Code code = check_both(port, set); code != success) return code;
  if (!forget([&](const Member& member) { return member.port == port && member.set == set; }))
    return not_in_set;
  settle_home(port);
  return success;
}

Code move_member(Name port, Name set) {
  const WordLock lock(members_word);
  if (set == null_name) {
    if (const Code code = check(port, receive_right); code != success) return code;
    if (!is_member_of_any(port)) return not_in_set;
  } else if (const Code code = check_both(port, set); code != success) {
    return code;
  }
  forget([&](const Member& member) { return member.port == port; });
  if (set != null_name) members.push_back({port, set});
  settle_home(port);
  return success;
}

Code list_members(Name set, std::vector<Name>& ports) {
  const WordLock lock(members_word);
  if (const Code code = check(set, set_right); code != success) return code;
  for (const Member& member : members)
    if (member.set == set) ports.push_back(member.port);
  std::sort(ports.begin(), ports.end());
  return success;
}

std::uint32_t sets_of(Name port) {
  const WordLock lock(members_word);
  std::uint32_t count = 0;
  for (const Member& member : members) count += member.port == port ? 1 : 0;
  return count;
}

void forget_if_gone(Name name) {
  const WordLock lock(members_word);
  if (!is_member_of_any(name)) return;
  if (has(name, receive_right)) return;
  forget([&](const Member& member) { return member.port == name; });
}

void prepare_end_of_set(Name name) {
  const WordLock lock(members_word);
  std::vector<Name> ports;
  for (const Member& member : members)
    if (member.set == name) ports.push_back(member.port);
  forget([&](const Member& member) { return member.set == name; });
  for (const Name port : ports) settle_home(port);
}

Wait::Wait(Name name) : name_(name) {
  const WordLock lock(members_word);
  if (Waiting* wait = find_waiting(name))
    ++wait->count;
  else
    waiting.push_back({name, 1});
  take_home(name);
}

Wait::~Wait() {
  const WordLock lock(members_word);
  Waiting* const wait = find_waiting(name_);
  if (--wait->count > 0) return;
  *wait = waiting.back();
  waiting.pop_back();
  for_each_port(name_, settle_home);
}

Code Wait::poll(MessageHeader* message, std::uint32_t options, std::uint32_t size) {
  const WordLock lock(members_word);
  take_home(name_);
  return kernel_mach_msg(message, options | receive_timeout_option, 0, size, name_, 0, null_name);
}

}  // namespace portunus::gnumach
