#include "impl/mach/gnumach/body.h"

#include <algorithm>
#include <cstring>

#include "impl/mach/gnumach/item.h"
#include "impl/mach/gnumach/names.h"

namespace portunus::gnumach {
namespace {

// On a machine of 32 bits all descriptors have one size.
constexpr mach_msg_size_t descriptor_size = sizeof(mach_msg_port_descriptor_t);
static_assert(sizeof(mach_msg_ool_descriptor_t) == descriptor_size);
static_assert(sizeof(mach_msg_ool_ports_descriptor_t) == descriptor_size);

constexpr std::uint32_t byte_bits = 8;
constexpr std::uint32_t short_number_max = 4095;
constexpr std::uint8_t word_type = 2;  // an integer of 32 bits

constexpr mach_msg_size_t body_begin = sizeof(mach_msg_base_t);

std::uint32_t as_word(const TypeWord& type) {
  std::uint32_t word;
  static_assert(sizeof word == sizeof type);
  std::memcpy(&word, &type, sizeof word);
  return word;
}

// Describes items that stand in the body itself.
std::uint32_t in_line(std::uint32_t name, std::uint32_t number) {
  TypeWord type = {};
  type.name = name & 0xff;
  type.size = word_bits;
  type.number = number & short_number_max;
  type.inline_data = 1;
  return as_word(type);
}

// ---- Darwin to kernel
// ---------------------------------------------------------------------------------------

// Nothing, in a word: Darwin's form has a word more in this place, and who receives with a small buffer or
// asks for the size must see no difference.
void put_padding(KernelMessage& out) {
  out.push_back(in_line(word_type, 0));
}

// What is no disposition would be plain data to the kernel. A name that this task has never had is refused as
// Darwin's kernel refuses the disposition; null and dead it lets pass (facts mach-xnu 6).
void put_port(const mach_msg_port_descriptor_t& port, KernelMessage& out) {
  const bool known = MACH_MSG_TYPE_PORT_ANY(port.disposition);
  out.push_back(in_line(known ? port.disposition : MACH_MSG_TYPE_COPY_SEND, 1));
  out.push_back(known || !MACH_PORT_VALID(port.name) ? port.name : fresh_name());
  put_padding(out);
}

// What is out of line: `number` items of that type, at `address`. The short form wherever it will do: that
// one is as long as Darwin's.
void put_pointer(std::uint32_t type, std::uint32_t bits, std::uint32_t number, const void* address,
                 bool deallocate, KernelMessage& out) {
  TypeWord word = {};
  word.deallocate = deallocate ? 1 : 0;
  const bool is_short = number <= short_number_max;
  if (is_short) {
    word.name = type & 0xff;
    word.size = bits & 0xff;
    word.number = number & short_number_max;
    out.push_back(as_word(word));
  } else {
    word.longform = 1;
    out.push_back(as_word(word));
    out.push_back(type | bits << 16);
    out.push_back(number);
  }
  out.push_back(reinterpret_cast<std::uintptr_t>(address));
  if (is_short) put_padding(out);
}

void put_memory(const mach_msg_ool_descriptor_t& memory, KernelMessage& out) {
  const bool words = memory.size % sizeof(std::uint32_t) == 0;
  put_pointer(words ? word_type : std::uint8_t{byte_type}, words ? word_bits : byte_bits,
              words ? memory.size / sizeof(std::uint32_t) : memory.size, memory.address,
              memory.deallocate != 0, out);
}

bool put_descriptor(const unsigned char* at, KernelMessage& out) {
  mach_msg_type_descriptor_t common;
  std::memcpy(&common, at, sizeof common);
  if (common.type == MACH_MSG_PORT_DESCRIPTOR) {
    mach_msg_port_descriptor_t port;
    std::memcpy(&port, at, sizeof port);
    put_port(port, out);
    return true;
  }
  if (common.type == MACH_MSG_OOL_DESCRIPTOR || common.type == MACH_MSG_OOL_VOLATILE_DESCRIPTOR) {
    mach_msg_ool_descriptor_t memory;
    std::memcpy(&memory, at, sizeof memory);
    put_memory(memory, out);
    return true;
  }
  if (common.type == MACH_MSG_OOL_PORTS_DESCRIPTOR) {
    mach_msg_ool_ports_descriptor_t ports;
    std::memcpy(&ports, at, sizeof ports);
    put_pointer(ports.disposition, word_bits, ports.count, ports.address, ports.deallocate != 0, out);
    return true;
  }
  return false;
}

// Plain data, in items as large as a short type describes. The first item's type, which stands there even if
// there are no data, is in the place of Darwin's count of descriptors.
void put_data(const unsigned char* at, mach_msg_size_t size, KernelMessage& out) {
  std::uint32_t words = size / sizeof(std::uint32_t);
  do {
    const std::uint32_t count = std::min(words, short_number_max);
    out.push_back(in_line(word_type, count));
    const std::size_t place = out.size();
    out.resize(place + count);
    if (count > 0) std::memcpy(out.data() + place, at, count * sizeof(std::uint32_t));
    at += count * sizeof(std::uint32_t);
    words -= count;
  } while (words > 0);
}

// ---- Kernel to Darwin
// ---------------------------------------------------------------------------------------

class DarwinForm {
 public:
  void add(const Item& item) {
    if (!item.in_body)
      add_pointer(item);
    else if (item.has_rights())
      for (std::uint32_t at = 0; at < item.number; ++at) add_port(item.data[at], item.type);
    else
      data_.insert(data_.end(), item.data, item.data + item.words());
  }

  mach_msg_size_t size() const {
    return body_begin + static_cast<mach_msg_size_t>(descriptors_.size() * descriptor_size +
                                                     data_.size() * sizeof(std::uint32_t));
  }

  // Behind the header.
  void write(mach_msg_header_t* message) const {
    auto* at = reinterpret_cast<unsigned char*>(message + 1);
    const mach_msg_body_t body = {.msgh_descriptor_count = static_cast<mach_msg_size_t>(descriptors_.size())};
    std::memcpy(at, &body, sizeof body);
    at += sizeof body;
    for (const mach_msg_descriptor_t& descriptor : descriptors_) {
      std::memcpy(at, &descriptor, descriptor_size);
      at += descriptor_size;
    }
    if (!data_.empty()) std::memcpy(at, data_.data(), data_.size() * sizeof(std::uint32_t));
  }

 private:
  void add_port(Name name, std::uint32_t disposition) {
    mach_msg_descriptor_t descriptor = {};
    descriptor.port = {.name = name,
                       .pad1 = 0,
                       .pad2 = 0,
                       .disposition = disposition & 0xff,
                       .type = MACH_MSG_PORT_DESCRIPTOR};
    descriptors_.push_back(descriptor);
  }

  // Memory that has come is the receiver's to give back.
  void add_pointer(const Item& item) {
    mach_msg_descriptor_t descriptor = {};
    if (item.has_rights()) {
      descriptor.ool_ports.address = item.address();
      descriptor.ool_ports.count = item.number;
      descriptor.ool_ports.deallocate = 1;
      descriptor.ool_ports.copy = MACH_MSG_VIRTUAL_COPY;
      descriptor.ool_ports.disposition = item.type & 0xff;
      descriptor.ool_ports.type = MACH_MSG_OOL_PORTS_DESCRIPTOR;
    } else {
      descriptor.out_of_line.address = item.address();
      descriptor.out_of_line.size = item.bits * item.number / byte_bits;
      descriptor.out_of_line.deallocate = 1;
      descriptor.out_of_line.copy = MACH_MSG_VIRTUAL_COPY;
      descriptor.out_of_line.type = MACH_MSG_OOL_DESCRIPTOR;
    }
    descriptors_.push_back(descriptor);
  }

  std::vector<mach_msg_descriptor_t> descriptors_;
  std::vector<std::uint32_t> data_;
};

}  // namespace

mach_msg_return_t to_kernel_form(const mach_msg_header_t* message, mach_msg_size_t size, KernelMessage& out) {
  if (size < body_begin) return MACH_SEND_MSG_TOO_SMALL;
  mach_msg_body_t body;
  std::memcpy(&body, message + 1, sizeof body);
  if (body.msgh_descriptor_count > (size - body_begin) / descriptor_size) return MACH_SEND_MSG_TOO_SMALL;
  out.assign(sizeof(MessageHeader) / sizeof(std::uint32_t), 0);
  std::memcpy(out.data(), message, sizeof(MessageHeader));
  const auto* at = reinterpret_cast<const unsigned char*>(message) + body_begin;
  for (mach_msg_size_t left = body.msgh_descriptor_count; left > 0; --left) {
    if (!put_descriptor(at, out)) return MACH_SEND_INVALID_TYPE;
    at += descriptor_size;
  }
  put_data(at, size - body_begin - body.msgh_descriptor_count * descriptor_size, out);
  return MACH_MSG_SUCCESS;
}

bool from_kernel_form(const KernelMessage& kernel, mach_msg_header_t* message, mach_msg_size_t room) {
  DarwinForm form;
  for_each_item(kernel, [&](const Item& item) { form.add(item); });
  std::memcpy(message, kernel.data(), sizeof *message);
  message->msgh_size = form.size();
  if (form.size() > room) return false;
  form.write(message);
  return true;
}

}  // namespace portunus::gnumach
