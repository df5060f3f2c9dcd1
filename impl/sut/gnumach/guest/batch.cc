#include "impl/sut/gnumach/guest/batch.h"

#include <charconv>
#include <optional>

namespace portunus::guest {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // What stands behind `key ` on the next line; nothing if another key does.
  std::optional<std::string_view> value(std::string_view key) {
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos || !text_.starts_with(key)) return std::nullopt;
    std::string_view line = text_.substr(key.size(), end - key.size());
    if (!line.starts_with(' ')) return std::nullopt;
    text_.remove_prefix(end + 1);
    return line.substr(1);
  }

  std::optional<std::uint32_t> number(std::string_view key) {
    const auto word = value(key);
    if (!word) return std::nullopt;
    std::uint32_t number = 0;
    const auto [end, code] = std::from_chars(word->data(), word->data() + word->size(), number);
    if (code != std::errc() || end != word->data() + word->size()) return std::nullopt;
    return number;
  }

  std::optional<std::string_view> bytes(std::size_t count) {
    if (count > text_.size()) return std::nullopt;
    const std::string_view taken = text_.substr(0, count);
    text_.remove_prefix(count);
    return taken;
  }

  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// The first thing that is wrong with the head; nullptr if nothing is.
const char* read_head(Reader& reader, Batch& batch) {
  const auto version = reader.number("portunus-batch");
  if (!version || *version != 1) return "not a batch of version 1";
  const auto edition = reader.value("edition");
  if (edition) batch.edition = cf::find_edition(*edition);
  if (batch.edition == nullptr) return "there is no such edition";
  const auto fault = reader.value("fault");
  if (!fault) return "a fault is missing";
  if (*fault != "none") {
    const fault::Fault* found = fault::find(*fault);
    if (found == nullptr) return "there is no such fault";
    batch.fault = found->id;
  }
  const auto schedule = reader.number("schedule");
  if (!schedule) return "a schedule is missing";
  batch.schedule = *schedule;
  return nullptr;
}

const char* read_scripts(Reader& reader, Batch& batch) {
  const auto count = reader.number("scripts");
  if (!count) return "the number of scripts is missing";
  for (std::uint32_t left = *count; left > 0; --left) {
    const auto size = reader.number("script");
    const auto text = size ? reader.bytes(*size) : std::nullopt;
    if (!text) return "a script is missing or cut short";
    batch.scripts.push_back(*text);
  }
  return reader.at_end() ? nullptr : "something stands behind the last script";
}

}  // namespace

Batch parse_batch(std::string_view text) {
  Batch batch;
  Reader reader(text);
  const char* error = read_head(reader, batch);
  if (error == nullptr) error = read_scripts(reader, batch);
  if (error != nullptr) batch.error = error;
  return batch;
}

}  // namespace portunus::guest
