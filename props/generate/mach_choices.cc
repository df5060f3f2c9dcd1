#include "props/generate/mach_choices.h"

#include <algorithm>
#include <iterator>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/word.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

using enum Disposition;

constexpr Disposition kWays[] = {make_send, copy_send,      make_send_once,
                                 move_send, move_send_once, move_receive};
constexpr Disposition kWaysTo[] = {make_send, copy_send, move_send_once, make_send_once, move_send};
constexpr Disposition kWaysOut[] = {make_send_once, make_send, move_receive};

}  // namespace

std::optional<Value> MachChoices::used() {
  return name_where([](const MachPicture::Name& name) { return !name.unused(); });
}

std::optional<Value> MachChoices::alive() {
  return name_where([](const MachPicture::Name& name) { return !name.unused() && name.dead == 0; });
}

std::optional<Value> MachChoices::unused() {
  return name_where(&MachPicture::Name::fresh);
}

std::optional<Value> MachChoices::receiver() {
  return name_where([](const MachPicture::Name& name) { return name.receive; });
}

std::optional<Value> MachChoices::set() {
  return name_where([](const MachPicture::Name& name) { return name.set; });
}

std::optional<Value> MachChoices::sender() {
  return name_where(
      [](const MachPicture::Name& name) { return name.receive || name.sends > 0 || name.send_once; });
}

std::optional<Value> MachChoices::ready() {
  return name_where([&](const MachPicture::Name& name) {
    const int port = picture_.source_of(name);
    return port != MachPicture::none && !picture_.ports[static_cast<std::size_t>(port)].queue.empty();
  });
}

Value MachChoices::target() {
  const auto free = unused();
  if (free && !chance(3)) return *free;
  const auto taken = used();
  if (taken && !chance(3)) return *taken;
  return make_value(Type::name, chance(2) ? Value::dead : Value::null);
}

Value MachChoices::any_name() {
  const std::uint32_t kind = below(6);
  if (kind == 5) return make_value(Type::name, Value::dead);
  if (kind == 4 || picture_.handles.empty()) return null_of(Type::name);
  return handle(picture_.handles.size() - 1 - below(static_cast<std::uint32_t>(picture_.handles.size())));
}

std::optional<Value> MachChoices::fresh(std::size_t behind) const {
  const std::size_t next = picture_.handles.size() + behind;
  if (next >= limits::names) return std::nullopt;
  return handle(next);
}

bool MachChoices::crowded() {
  const auto ports = std::ranges::count_if(picture_.names, &MachPicture::Name::receive);
  return ports >= 4 && !chance(4);
}

Value MachChoices::fitting(Value name, std::span<const Disposition> ways) {
  const MachPicture::Name* known = picture_.find(name);
  if (known == nullptr || chance(10)) return any_disposition();
  std::vector<Disposition> fits;
  std::ranges::copy_if(ways, std::back_inserter(fits),
                       [&](Disposition way) { return MachPicture::fits(*known, way); });
  if (fits.empty()) return any_disposition();
  return word(fits[below(static_cast<std::uint32_t>(fits.size()))]);
}

Value MachChoices::disposition(Value name) {
  return fitting(name, kWays);
}

Value MachChoices::disposition_to(Value name) {
  return fitting(name, kWaysTo);
}

Value MachChoices::disposition_out(Value name) {
  return fitting(name, kWaysOut);
}

Value MachChoices::any_disposition() {
  return word(one_of(kWays));
}

Value MachChoices::right(Value name) {
  std::vector<Right> has;
  if (const MachPicture::Name* known = picture_.find(name); known != nullptr && !chance(6)) {
    if (known->sends > 0) has.push_back(Right::send);
    if (known->receive) has.push_back(Right::receive);
    if (known->send_once) has.push_back(Right::send_once);
    if (known->set) has.push_back(Right::port_set);
    if (known->dead > 0) has.push_back(Right::dead_name);
  }
  if (has.empty()) return make_value(Type::right, static_cast<std::int32_t>(below(5)));
  return word(has[below(static_cast<std::uint32_t>(has.size()))]);
}

// Around nothing, and around what a count of user references holds, for rights that are counted.
Value MachChoices::delta(Value right) {
  constexpr std::int32_t counted[] = {-1, -1, -1, 1, 1, 0, -2, 2, 65534, 65535, -65535, 70000};
  constexpr std::int32_t single[] = {-1, -1, 0, 1};
  const bool counts = right == word(Right::send) || right == word(Right::dead_name);
  return number(counts || chance(4) ? one_of(counted) : one_of(single));
}

Value MachChoices::limit() {
  constexpr std::int32_t plain[] = {1, 2, 5, 0};
  constexpr std::int32_t wide[] = {16, 1024, 1025};
  return number(chance(4) ? one_of(wide) : one_of(plain));
}

Value MachChoices::size_sent() {
  constexpr std::int32_t sizes[] = {message_size_min, message_size_min, 28, 64, 200, 1000};
  return number(one_of(sizes));
}

// Enough for all that is sent here but for long messages; or around what a header and a trailer need, and
// with a right in the message.
Value MachChoices::size_received() {
  constexpr std::int32_t tight[] = {32, 31, 24, 0, 40, 48};
  constexpr std::int32_t ample[] = {256, 256, 256, 2000};
  return number(chance(4) ? one_of(tight) : one_of(ample));
}

Value MachChoices::timeout() {
  return milliseconds(chance(8) ? 10 : 0);
}

Value MachChoices::any(const FunctionInfo& row, int place) {
  const Type type = row.arguments[place];
  switch (type) {
    case Type::name:
      return any_name();
    case Type::boolean:
      return boolean(chance(2));
    case Type::milliseconds:
      return timeout();
    case Type::disposition:
      return chance(8) ? null_of(type) : any_disposition();
    case Type::integer:
      if (row.function == Function::mach_port_mod_refs) return delta(word(Right::send));
      if (row.function == Function::mach_port_set_attributes) return limit();
      if (row.function == Function::mach_msg_send && place == 3) return size_sent();
      if (row.function == Function::mach_msg_receive) return size_received();
      return number(static_cast<std::int32_t>(below(4)));
    default:
      return make_value(type,
                        static_cast<std::int32_t>(below(static_cast<std::uint32_t>(words(type).size()))));
  }
}

}  // namespace portunus
