#include "impl/mach/hosted/space.h"

#include <algorithm>

#include "impl/mach/hosted/port.h"

namespace portunus::hosted {
namespace {

// The kernel's table of names does not grow beyond this.
constexpr std::uint32_t index_limit = 1u << 19;
constexpr mach_port_name_t low_bits = 3;  // set in every name, so that none is an aligned pointer or small

std::uint32_t index_of(mach_port_name_t name) {
  return name >> 8;
}
std::uint8_t generation_of(mach_port_name_t name) {
  return static_cast<std::uint8_t>(name >> 2 & 63);
}
mach_port_name_t make_name(std::uint32_t index, std::uint8_t generation) {
  return index << 8 | static_cast<mach_port_name_t>(generation) << 2 | low_bits;
}

}  // namespace

Entry* Space::find(mach_port_name_t name) {
  const auto found = entries_.find(index_of(name));
  if (found == entries_.end() || found->second.type == MACH_PORT_TYPE_NONE) return nullptr;
  return make_name(found->first, found->second.generation) == name ? &found->second : nullptr;
}

Space::Allocated Space::allocate() {
  if (!free_.empty()) {
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Entry& entry = entries_[index];
    entry.generation = static_cast<std::uint8_t>((entry.generation + 1u) % name_turns_);
    return Allocated{.name = make_name(index, entry.generation), .entry = &entry};
  }
  while (entries_.contains(next_index_)) ++next_index_;  // taken by name
  Entry& entry = entries_[next_index_];
  return Allocated{.name = make_name(next_index_, 0), .entry = &entry};
}

kern_return_t Space::allocate_at(mach_port_name_t name, Entry*& entry) {
  if (!MACH_PORT_VALID(name) || (name & low_bits) != low_bits) return KERN_INVALID_VALUE;
  const std::uint32_t index = index_of(name);
  if (index == 0) return KERN_FAILURE;
  if (index >= index_limit) return KERN_NO_SPACE;
  const auto found = entries_.find(index);
  if (found != entries_.end()) {
    if (found->second.type != MACH_PORT_TYPE_NONE) return KERN_FAILURE;
    std::erase(free_, index);
  }
  entry = &entries_[index];
  entry->generation = generation_of(name);
  return KERN_SUCCESS;
}

void Space::free(mach_port_name_t name) {
  Entry& entry = entries_[index_of(name)];
  entry = Entry{.generation = entry.generation};
  free_.push_back(index_of(name));
}

std::vector<mach_port_name_t> Space::names() const {
  std::vector<mach_port_name_t> names;
  for (const auto& [index, entry] : entries_) {
    if (entry.type != MACH_PORT_TYPE_NONE) names.push_back(make_name(index, entry.generation));
  }
  std::sort(names.begin(), names.end());
  return names;
}

mach_port_name_t Space::name_of(const Port& port) const {
  if (port.receiver == this) return port.receiver_name;
  const auto held = std::find_if(port.send_names.begin(), port.send_names.end(),
                                 [this](const SendName& send_name) { return send_name.space == this; });
  return held == port.send_names.end() ? MACH_PORT_NULL : held->name;
}

}  // namespace portunus::hosted
