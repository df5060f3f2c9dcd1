#include "props/generate/canonical.h"

#include <array>

#include "props/generate/handle.h"

namespace portunus {
namespace {

// The new numbers of one class of handles.
class Numbering {
 public:
  Numbering() { new_index_.fill(-1); }
  void keep(int index) { new_index_[static_cast<std::size_t>(index)] = next_++; }
  int number(int index) {
    int& new_index = new_index_[static_cast<std::size_t>(index)];
    if (new_index < 0) new_index = next_++;
    return new_index;
  }

 private:
  static constexpr std::size_t kHandlesMax = limits::names;
  static_assert(limits::ports <= kHandlesMax && limits::sources <= kHandlesMax &&
                limits::infos <= kHandlesMax && limits::modes <= kHandlesMax);
  std::array<int, kHandlesMax> new_index_;
  int next_ = 0;
};

}  // namespace

Script canonical(Script script) {
  std::array<Numbering, handle_classes> numberings;
  numberings[static_cast<std::size_t>(HandleClass::mode)].keep(0);
  const auto renumber = [&](Value& value) {
    const HandleClass of = handle_class(value);
    if (of == HandleClass::none || of == HandleClass::loop) return;
    value = with_handle_index(value, numberings[static_cast<std::size_t>(of)].number(handle_index(value)));
  };
  for (Step& step : script.steps) for_each_value(step, renumber);
  return script;
}

bool is_canonical(const Script& script) {
  return canonical(script) == script;
}

}  // namespace portunus
