// What a message's body is made of in the kernel's form: typed items, one behind the other (facts gnumach 6).
#pragma once

#include <cstring>
#include <vector>

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {

// Whole words, so that a header can stand in front.
using KernelMessage = std::vector<std::uint32_t>;

inline constexpr std::uint32_t word_bits = 32;

struct Item {
  std::uint32_t type;
  std::uint32_t bits;
  std::uint32_t number;
  bool in_body;
  const std::uint32_t* data;  // the data, or the pointer to them

  std::uint32_t words() const { return in_body ? (bits * number + word_bits - 1) / word_bits : 1; }
  bool has_rights() const { return type >= port_receive_type && type <= port_send_once_type; }
  void* address() const { return reinterpret_cast<void*>(std::uintptr_t{*data}); }
};

// Calls `act` for each item of the body.
template <class Act>
void for_each_item(const KernelMessage& kernel, Act act) {
  const std::uint32_t* at = kernel.data() + sizeof(MessageHeader) / sizeof(std::uint32_t);
  const std::uint32_t* const end = kernel.data() + kernel.size();
  while (at < end) {
    TypeWord word;
    std::memcpy(&word, at, sizeof word);
    Item item{.type = word.name,
              .bits = word.size,
              .number = word.number,
              .in_body = word.inline_data != 0,
              .data = at + 1};
    if (word.longform != 0) {
      item.type = at[1] & 0xffff;
      item.bits = at[1] >> 16;
      item.number = at[2];
      item.data = at + 3;
    }
    act(item);
    at = item.data + item.words();
  }
}

}  // namespace portunus::gnumach
