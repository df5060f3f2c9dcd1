#include "tool/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus::tool {
namespace {

// Above what the longest trace needs, with room for comments.
constexpr std::size_t file_max = std::size_t{32} << 20;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

std::string system_error(const std::string& file) {
  return file + ": " + std::generic_category().message(errno);
}

// Looks at a file's bytes as they come, for the first that the parser will refuse.
class Watch {
 public:
  // Whether all of `bytes` may stand in a file of ours.
  bool passes(std::string_view bytes) {
    for (const char byte : bytes) {
      column_ = byte == '\n' ? 0 : column_ + 1;
      const bool control = static_cast<unsigned char>(byte) < 0x20 && byte != '\n';
      if (control || column_ > limits::line_length) return false;
    }
    return true;
  }

 private:
  std::size_t column_ = 0;
};

std::string positioned(const std::string& file, const ParseError& error) {
  return file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
}

template <class T>
Loaded<T> load(const std::string& file, Parsed<T> (*parse)(std::string_view)) {
  const Loaded<std::string> text = load_text(file);
  if (!text.value) return {std::nullopt, text.error};
  Parsed<T> parsed = parse(*text.value);
  if (!parsed.value) return {std::nullopt, positioned(file, parsed.error)};
  return {std::move(parsed.value), {}};
}

Parsed<std::variant<Script, Trace>> parse_either(std::string_view text) {
  if (text.starts_with("portunus-trace ")) {
    Parsed<Trace> trace = parse_trace(text);
    if (!trace.value) return {std::nullopt, trace.error};
    return {std::move(*trace.value), {}};
  }
  Parsed<Script> script = parse_script(text);
  if (!script.value) return {std::nullopt, script.error};
  return {std::move(*script.value), {}};
}

}  // namespace

Loaded<std::string> load_text(const std::string& file) {
  const File opened(std::fopen(file.c_str(), "rb"));
  if (!opened) return {std::nullopt, system_error(file)};
  std::string text;
  Watch watch;
  char chunk[1 << 16];
  while (const std::size_t size = std::fread(chunk, 1, sizeof chunk, opened.get())) {
    text.append(chunk, size);
    if (!watch.passes({chunk, size})) return {std::move(text), {}};
    if (text.size() > file_max) return {std::nullopt, file + ": larger than any script or trace may be"};
  }
  if (std::ferror(opened.get())) return {std::nullopt, system_error(file)};
  return {std::move(text), {}};
}

Loaded<Script> load_script(const std::string& file) {
  return load<Script>(file, parse_script);
}

Loaded<Trace> load_trace(const std::string& file) {
  return load<Trace>(file, parse_trace);
}

Loaded<std::variant<Script, Trace>> load_script_or_trace(const std::string& file) {
  return load<std::variant<Script, Trace>>(file, parse_either);
}

std::string write_file(const std::string& file, const std::string& text) {
  const File opened(std::fopen(file.c_str(), "wb"));
  const bool written = opened && std::fwrite(text.data(), 1, text.size(), opened.get()) == text.size() &&
                       std::fflush(opened.get()) == 0;
  return written ? std::string() : system_error(file);
}

}  // namespace portunus::tool
