#include "impl/mach/gnumach/arrival.h"

#include "impl/mach/gnumach/names.h"
#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {
namespace {

constexpr std::uint32_t type_mask = 0xff;
constexpr std::uint32_t local_shift = 8;

struct Arrival {
  Name* name;
  std::uint32_t type;
};
using Arrivals = std::vector<Arrival>;

// How many rights of each kind have arrived under a name.
struct Count {
  std::uint32_t receive = 0;
  std::uint32_t send = 0;
};

// Whether nothing is under the name but what has just arrived. (A port that has died since is left as it is:
// nobody can tell any more.)
bool holds_only(Name name, Count count) {
  constexpr std::uint32_t receive_bit = 1u << (16 + receive_right);
  std::uint32_t type = 0, references = 0;
  if (kernel_mach_port_type(task_self(), name, &type) != 0) return false;
  if (((type & receive_bit) != 0) != (count.receive > 0)) return false;
  if (kernel_mach_port_get_refs(task_self(), name, send_right, &references) != 0) return false;
  return references == count.send;
}

void give_fresh_name(Name old, const Arrivals& arrivals) {
  const Name fresh = with_fresh_name(old);
  for (const Arrival& arrival : arrivals)
    if (*arrival.name == old) *arrival.name = fresh;
}

void name_all(const Arrivals& arrivals) {
  std::vector<Name> seen;
  for (const Arrival& arrival : arrivals) {
    const Name name = *arrival.name;
    if (name == null_name || name == dead_name) continue;
    // A send-once right never shares its name.
    if (arrival.type == port_send_once_type) {
      *arrival.name = with_fresh_name(name);
      continue;
    }
    bool was_seen = false;
    for (const Name other : seen) was_seen = was_seen || other == name;
    if (was_seen) continue;
    Count count;
    for (const Arrival& other : arrivals) {
      if (*other.name != name) continue;
      ++(other.type == port_receive_type ? count.receive : count.send);
    }
    if (holds_only(name, count)) give_fresh_name(name, arrivals);
    seen.push_back(*arrival.name);
  }
}

void add(Name& name, std::uint32_t type, Arrivals& arrivals) {
  if (name != null_name && type >= port_receive_type && type <= port_send_once_type)
    arrivals.push_back({&name, type});
}

void add_header(MessageHeader& header, bool is_back, Arrivals& arrivals) {
  add(header.remote, header.bits & type_mask, arrivals);
  if (is_back) add(header.local, header.bits >> local_shift & type_mask, arrivals);
}

void name_header(MessageHeader& header, bool is_back) {
  Arrivals arrivals;
  add_header(header, is_back, arrivals);
  name_all(arrivals);
}

void name_message(KernelMessage& message, bool is_back) {
  Arrivals arrivals;
  add_header(*reinterpret_cast<MessageHeader*>(message.data()), is_back, arrivals);
  for_each_item(message, [&](const Item& item) {
    if (!item.in_body || !item.has_rights()) return;
    const auto begin = static_cast<std::size_t>(item.data - message.data());
    for (std::uint32_t at = 0; at < item.number; ++at) add(message[begin + at], item.type, arrivals);
  });
  name_all(arrivals);
}

}  // namespace

void name_received(MessageHeader& header) {
  name_header(header, false);
}
void name_received(KernelMessage& message) {
  name_message(message, false);
}
void name_returned(MessageHeader& header) {
  name_header(header, true);
}
void name_returned(KernelMessage& message) {
  name_message(message, true);
}

Name name_arrived(Name name, std::uint32_t type) {
  name_all({{&name, type}});
  return name;
}

}  // namespace portunus::gnumach
