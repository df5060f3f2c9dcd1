#include <algorithm>
#include <charconv>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"
#include "model/vocabulary/word.h"

namespace portunus {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

// Reads one line from left to right. The first error stays; after it every read gives a harmless value, so
// that callers need to look only once, at the end of a line.
class Cursor {
 public:
  Cursor(std::string_view line, std::uint32_t number) : line_(line), number_(number) {}

  bool failed() const { return !error_.message.empty(); }
  const ParseError& error() const { return error_; }
  bool at_end() const { return position_ == line_.size(); }

  void fail(std::string message) { fail_at(position_, std::move(message)); }

  void spaces() {
    while (!at_end() && line_[position_] == ' ') ++position_;
  }

  bool take(std::string_view text) {
    if (failed() || line_.substr(position_, text.size()) != text) return false;
    position_ += text.size();
    return true;
  }

  void expect(std::string_view text) {
    if (!failed() && !take(text)) fail("expected " + quoted(text));
  }

  void expect_end() {
    spaces();
    if (!failed() && !at_end()) fail("unexpected text at the end of the line");
  }

  // Letters, digits and underscores; with `dashes`, those too.
  std::string_view word(bool dashes = false) {
    if (failed()) return {};
    const std::size_t begin = position_;
    while (!at_end() && (is_word(line_[position_]) || (dashes && line_[position_] == '-'))) ++position_;
    if (begin == position_) fail("expected a word");
    return line_.substr(begin, position_ - begin);
  }

  std::int32_t integer(std::int32_t low, std::int32_t high) {
    if (failed()) return low;
    std::int32_t value = 0;
    const char* begin = line_.data() + position_;
    const auto [end, problem] = std::from_chars(begin, line_.data() + line_.size(), value);
    if (end == begin) {
      fail("expected a number");
      return low;
    }
    if (problem != std::errc{} || value < low || value > high) {
      fail("number out of range");
      return low;
    }
    position_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  std::int32_t handle(char letter) {
    if (failed()) return 0;
    if (at_end() || line_[position_] != letter) {
      fail(std::string("expected a handle ") + quoted(std::string(1, letter) + "0"));
      return 0;
    }
    ++position_;
    return integer(0, handle_index_max);
  }

  ThreadId thread() { return static_cast<ThreadId>(handle('T')); }

  // The place of the word at hand in `words`; an error that names `what` if it is none of them.
  std::size_t one_of(std::span<const std::string_view> words, std::string_view what) {
    if (failed()) return 0;
    const std::size_t begin = position_;
    const std::string_view found = word(true);
    const auto place = std::ranges::find(words, found);
    if (!failed() && place == words.end()) fail_at(begin, quoted(found) + " is not a " + std::string(what));
    return failed() ? 0 : static_cast<std::size_t>(place - words.begin());
  }

  char peek() const { return at_end() ? '\0' : line_[position_]; }
  std::size_t position() const { return position_; }
  void fail_at(std::size_t position, std::string message) {
    if (!failed()) error_ = {number_, static_cast<std::uint32_t>(position + 1), std::move(message)};
  }
  std::string_view rest() const { return line_.substr(position_); }

 private:
  std::string_view line_;
  std::uint32_t number_;
  std::size_t position_ = 0;
  ParseError error_;
};

std::int32_t parse_rights(Cursor& cursor) {
  if (cursor.take("none")) return 0;
  std::int32_t bits = 0;
  do bits |= 1 << cursor.one_of(rights_words(), "type bit");
  while (cursor.take("|"));
  return bits;
}

Value parse_context(Cursor& cursor) {
  Context context;
  cursor.expect("(");
  context.info = cursor.take("null") ? Value::null : cursor.handle('I');
  while (!cursor.failed() && cursor.take(" ")) {
    const std::size_t begin = cursor.position();
    const std::string_view part = cursor.word();
    if (part == "retain") {
      context.retain = Context::Retain::same;
      if (cursor.take("=null")) {
        context.retain = Context::Retain::null;
      } else if (cursor.take("=")) {
        context.retain = Context::Retain::other;
        context.retained = cursor.handle('I');
      }
    } else if (part == "release") {
      context.release = true;
    } else if (part == "copyDescription") {
      context.copy_description = true;
    } else if (part == "version") {
      cursor.expect("=");
      context.version = cursor.integer(0, 255);
    } else {
      cursor.fail_at(begin, quoted(part) + " is not a part of a context");
    }
  }
  cursor.expect(")");
  return pack(context);
}

Value parse_object(Cursor& cursor) {
  switch (cursor.peek()) {
    case 'P':
      return make_object(ObjectClass::port, cursor.handle('P'));
    case 'S':
      return make_object(ObjectClass::source, cursor.handle('S'));
    case 'L':
      return make_object(ObjectClass::loop, cursor.handle('L'));
    default:
      cursor.fail("expected an object: a handle P, S or L");
      return {};
  }
}

std::string_view type_word(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::invalidation:
      return "invalidation callback";
    case Type::run_result:
      return "result of a run";
    case Type::kern_return:
      return "return code";
    case Type::right:
      return "right";
    case Type::disposition:
      return "disposition";
    case Type::allocator:
      return "allocator";
    case Type::notification:
      return "notification";
    default:
      return "word that may stand here";
  }
}

Value parse_value(Cursor& cursor, Type type) {
  if (may_be_null(type) && cursor.take("null")) return make_value(type, Value::null);
  if (type == Type::name && cursor.take("dead")) return make_value(type, Value::dead);
  if (cursor.take("other")) return make_value(type, Value::other);
  if (cursor.peek() == '-' && type != Type::integer && cursor.take("-"))
    return make_value(type, Value::absent);
  switch (type) {
    case Type::integer:
      // A lone dash is an absent result, a dash before a digit a sign.
      if (cursor.rest() == "-" || cursor.rest().starts_with("-,")) {
        cursor.take("-");
        return make_value(type, Value::absent);
      }
      return make_value(type, cursor.integer(Value::any + 1, INT32_MAX));
    case Type::milliseconds: {
      const std::int32_t value = cursor.integer(0, INT32_MAX);
      cursor.expect("ms");
      return make_value(type, value);
    }
    case Type::mode:
      if (cursor.take("common")) return make_value(type, Value::common);
      break;
    case Type::object:
      return parse_object(cursor);
    case Type::context:
      return parse_context(cursor);
    case Type::rights:
      return make_value(type, parse_rights(cursor));
    default:
      break;
  }
  if (const char letter = handle_letter(type)) return make_value(type, cursor.handle(letter));
  return make_value(type, static_cast<std::int32_t>(cursor.one_of(words(type), type_word(type))));
}

void parse_values(Cursor& cursor, std::span<const Type> types, std::span<Value> values) {
  for (std::size_t place = 0; place < types.size() && !cursor.failed(); ++place) {
    if (place > 0) cursor.expect(", ");
    values[place] = parse_value(cursor, types[place]);
  }
}

Function parse_function(Cursor& cursor) {
  const std::size_t begin = cursor.position();
  const std::string_view name = cursor.word();
  const auto function = find_function(name);
  if (!function) cursor.fail_at(begin, quoted(name) + " is not a function");
  return function.value_or(Function::CFMachPortCreate);
}

Callback parse_callback(Cursor& cursor) {
  const std::size_t begin = cursor.position();
  const std::string_view name = cursor.word();
  const auto callback = find_callback(name);
  if (!callback) cursor.fail_at(begin, quoted(name) + " is not a callback");
  return callback.value_or(Callback::retain);
}

// `P0 = F(arguments)`, `N0, N1 = F(arguments)` or `F(arguments)`: whichever the function's row asks for.
void parse_call(Cursor& cursor, Function& function, Value& bind, Value& second, std::span<Value> arguments) {
  const std::size_t begin = cursor.position();
  const std::size_t equals = cursor.rest().find(" = ");
  const std::size_t paren = cursor.rest().find('(');
  const bool binds = equals != std::string_view::npos && (paren == std::string_view::npos || equals < paren);
  Cursor handles = cursor;  // the handles' types are known only when the function is
  if (binds) {
    cursor.word();
    if (cursor.take(", ")) cursor.word();
    cursor.expect(" = ");
  }
  function = parse_function(cursor);
  const FunctionInfo& row = info(function);
  if (row.bind == Type::none && binds)
    cursor.fail_at(begin, std::string(row.name) + " makes nothing to give a handle to");
  if (row.bind != Type::none && !binds)
    cursor.fail_at(begin, std::string(row.name) + " needs a handle for what it makes");
  if (binds && !cursor.failed()) {
    bind = make_value(row.bind, handles.handle(handle_letter(row.bind)));
    if (row.second != Type::none) {
      handles.expect(", ");
      second = make_value(row.second, handles.handle(handle_letter(row.second)));
    }
    handles.expect(" = ");
    if (handles.failed()) cursor = handles;
  }
  cursor.expect("(");
  parse_values(cursor, {row.arguments, row.argument_count}, arguments);
  cursor.expect(")");
}

// ` = results`, where the row has any.
void parse_results(Cursor& cursor, std::span<const Type> types, std::span<Value> values) {
  if (types.empty()) return;
  cursor.expect(" = ");
  parse_values(cursor, types, values);
}

void parse_label_rest(Cursor& cursor, Label& label) {
  switch (label.kind) {
    case LabelKind::call:
      cursor.expect(" ");
      return parse_call(cursor, label.function, label.bind, label.second, label.values);
    case LabelKind::return_: {
      cursor.expect(" ");
      label.function = parse_function(cursor);
      const FunctionInfo& row = info(label.function);
      return parse_results(cursor, {row.results, row.result_count}, label.values);
    }
    case LabelKind::enter: {
      cursor.expect(" ");
      label.callback = parse_callback(cursor);
      const CallbackInfo& row = info(label.callback);
      cursor.expect("(");
      parse_values(cursor, {row.arguments, row.argument_count}, label.values);
      return cursor.expect(")");
    }
    case LabelKind::exit: {
      cursor.expect(" ");
      label.callback = parse_callback(cursor);
      const CallbackInfo& row = info(label.callback);
      return parse_results(cursor, {row.results, row.result_count}, label.values);
    }
    case LabelKind::allocate:
    case LabelKind::deallocate:
      cursor.expect(" ");
      label.bind = parse_object(cursor);
      return;
    case LabelKind::log:
      cursor.expect(" ");
      label.level = static_cast<LogLevel>(cursor.one_of(log_level_words(), "log level"));
      cursor.expect(" ");
      label.word = static_cast<std::uint8_t>(cursor.one_of(log_kind_words(), "kind of log line"));
      return;
    case LabelKind::skip:
      cursor.expect(" ");
      label.function = parse_function(cursor);
      cursor.expect(" ");
      label.word = static_cast<std::uint8_t>(cursor.one_of(skip_reason_words(), "reason to skip"));
      return;
    case LabelKind::crash:
      cursor.expect(" ");
      label.word = static_cast<std::uint8_t>(cursor.one_of(crash_kind_words(), "kind of crash"));
      return;
    case LabelKind::start:
    case LabelKind::finish:
    case LabelKind::quiescent:
    case LabelKind::hang:
      return;
  }
}

Label parse_event_line(Cursor& cursor) {
  Label label;
  label.thread = cursor.thread();
  cursor.expect(" ");
  cursor.spaces();
  label.kind = static_cast<LabelKind>(cursor.one_of(label_kind_words(), "kind of event"));
  parse_label_rest(cursor, label);
  cursor.expect_end();
  return label;
}

Value parse_subject(Cursor& cursor, Callback callback) {
  if (!cursor.take("(")) return {};
  const Value subject = parse_value(cursor, info(callback).subject);
  cursor.expect(")");
  return subject;
}

// The line of a step, without its brace: `kind` is told by the first word.
void parse_step(Cursor& cursor, Step& step) {
  if (cursor.take("on ")) {
    step.kind = StepKind::on;
    step.callback = parse_callback(cursor);
    step.subject = parse_subject(cursor, step.callback);
    if (cursor.take(" #")) step.occurrence = static_cast<std::uint16_t>(cursor.integer(1, 65535));
  } else if (cursor.take("start ")) {
    step.kind = StepKind::start;
    step.thread = cursor.thread();
  } else if (cursor.take("join ")) {
    step.kind = StepKind::join;
    step.thread = cursor.thread();
  } else if (cursor.take("branch ")) {
    step.kind = StepKind::branch;
    step.thread = cursor.thread();
  } else if (cursor.take("await ")) {
    step.kind = StepKind::await;
    step.thread = cursor.thread();
    cursor.expect(" in ");
    step.callback = parse_callback(cursor);
    step.subject = parse_subject(cursor, step.callback);
  } else if (cursor.take("parallel")) {
    step.kind = StepKind::parallel;
  } else if (cursor.take("settle")) {
    step.kind = StepKind::settle;
  } else {
    step.kind = StepKind::call;
    parse_call(cursor, step.function, step.bind, step.second, step.arguments);
  }
}

// Goes through a text line by line, and keeps the first error.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  const ParseError& error() const { return error_; }
  bool failed() const { return !error_.message.empty(); }
  std::uint32_t line_number() const { return number_; }
  std::string_view line() const { return line_; }

  // Steps to the next line; false at the end of the text, or where a line cannot be one of ours.
  bool next() {
    if (failed() || offset_ >= text_.size()) return false;
    ++number_;
    const std::string_view rest = text_.substr(offset_, limits::line_length + 1);
    const std::size_t newline = rest.find('\n');
    if (newline == std::string_view::npos && rest.size() > limits::line_length) {
      fail(limits::line_length, "the line is longer than " + std::to_string(limits::line_length) + " bytes");
      return false;
    }
    line_ = rest.substr(0, newline);
    offset_ += line_.size() + 1;
    for (std::size_t at = 0; at < line_.size(); ++at) {
      const auto byte = static_cast<unsigned char>(line_[at]);
      if (byte >= 0x20 && byte != 0x7f) continue;
      fail(at, "a control character; this is no text of ours");
      return false;
    }
    return true;
  }

  // The same, over empty lines and comments (`-- …`).
  bool next_full() {
    while (next()) {
      const std::size_t begin = line_.find_first_not_of(' ');
      if (begin != std::string_view::npos && !line_.substr(begin).starts_with("--")) return true;
    }
    return false;
  }

  void fail(std::size_t position, std::string message) {
    if (!failed())
      error_ = {number_ == 0 ? 1 : number_, static_cast<std::uint32_t>(position + 1), std::move(message)};
  }
  void adopt(const Cursor& cursor) {
    if (cursor.failed() && !failed()) error_ = cursor.error();
  }
  Cursor cursor() const { return {line_, number_}; }

  // The first line, the front matter, and the line `main T0`. A script cannot begin on a thread beyond the
  // limit, as there is none to run it; a trace of one can be read, and is inconclusive.
  void head(std::string_view first_line, FrontMatter& front_matter, ThreadId& main, bool within_limits) {
    if (!next()) return fail(0, "empty; expected " + quoted(first_line));
    if (line_ != first_line) return fail(0, "expected " + quoted(first_line));
    bool more = next_full();
    for (; more && line_.starts_with('#'); more = next_full()) entry(front_matter);
    if (!more) return fail(0, "cut off before " + quoted("main"));
    Cursor cursor = this->cursor();
    cursor.expect("main ");
    main = cursor.thread();
    if (within_limits && main >= limits::threads) cursor.fail("beyond the threads T0 to T3");
    cursor.expect_end();
    adopt(cursor);
  }

  // Whether the line is the `end` line; checks its count, and that nothing follows.
  bool end(std::size_t count, bool count_required) {
    Cursor cursor = this->cursor();
    if (!cursor.take("end")) return false;
    if (cursor.at_end() && !count_required) return finish();
    cursor.expect(" ");
    const std::size_t position = cursor.position();
    const std::int32_t told = cursor.integer(0, INT32_MAX);
    cursor.expect_end();
    if (!cursor.failed() && static_cast<std::size_t>(told) != count)
      cursor.fail_at(position, "the count is " + std::to_string(told) + ", but " + std::to_string(count) +
                                   " stand above");
    adopt(cursor);
    return finish();
  }

 private:
  bool finish() {
    if (!failed() && next_full()) fail(0, "text after the end");
    return true;
  }

  void entry(FrontMatter& front_matter) {
    Cursor cursor = this->cursor();
    cursor.expect("# ");
    const std::string_view key = cursor.word(true);
    cursor.expect(":");
    cursor.take(" ");
    adopt(cursor);
    front_matter.emplace_back(std::string(key), std::string(cursor.rest()));
  }

  std::string_view text_;
  std::string_view line_;
  std::size_t offset_ = 0;
  std::uint32_t number_ = 0;
  ParseError error_;
};

template <class T>
Parsed<T> result(const Reader& reader, T value) {
  if (reader.failed()) return {std::nullopt, reader.error()};
  return {std::move(value), {}};
}

// The blocks that are open while a script is read: where each began, and on which line.
struct OpenBlock {
  std::size_t step;
  std::uint32_t line;
};

void close_block(Reader& reader, std::vector<OpenBlock>& open, Script& script) {
  if (open.empty()) return reader.fail(0, "no block is open here");
  const std::size_t block = open.back().step;
  script.steps[block].size = static_cast<std::uint32_t>(script.steps.size() - block - 1);
  open.pop_back();
}

void read_step(Reader& reader, std::vector<OpenBlock>& open, Script& script) {
  Cursor cursor = reader.cursor();
  cursor.spaces();
  const std::size_t begin = cursor.position();
  Step step;
  parse_step(cursor, step);
  const bool in_parallel = !open.empty() && script.steps[open.back().step].kind == StepKind::parallel;
  if (in_parallel && step.kind != StepKind::branch)
    cursor.fail_at(begin, "only branches may stand in a parallel section");
  if (!in_parallel && step.kind == StepKind::branch)
    cursor.fail_at(begin, "a branch may stand in a parallel section only");
  if (is_block(step.kind)) cursor.expect(" {");
  cursor.expect_end();
  if (script.steps.size() == limits::steps)
    cursor.fail_at(begin, "more than " + std::to_string(limits::steps) + " steps");
  if (open.size() == limits::depth)
    cursor.fail_at(begin, "blocks nested deeper than " + std::to_string(limits::depth));
  reader.adopt(cursor);
  if (is_block(step.kind)) open.push_back({script.steps.size(), reader.line_number()});
  script.steps.push_back(step);
}

}  // namespace

Parsed<Script> parse_script(std::string_view text) {
  Reader reader(text);
  Script script;
  std::vector<OpenBlock> open;
  reader.head("portunus-script 1", script.front_matter, script.main, true);
  bool ended = false;
  while (!ended && reader.next_full()) {
    const std::string_view line = reader.line().substr(reader.line().find_first_not_of(' '));
    if (line == "}") {
      close_block(reader, open, script);
    } else if (open.empty() && reader.end(script.steps.size(), false)) {
      ended = true;
    } else {
      read_step(reader, open, script);
    }
  }
  if (!ended && !open.empty())
    reader.fail(0, "cut off: the block of line " + std::to_string(open.back().line) + " is open");
  if (!ended) reader.fail(0, "cut off: there is no line `end`");
  return result(reader, std::move(script));
}

Parsed<Trace> parse_trace(std::string_view text) {
  Reader reader(text);
  Trace trace;
  reader.head("portunus-trace 1", trace.front_matter, trace.main, false);
  bool ended = false;
  while (!ended && reader.next_full()) {
    if (reader.end(trace.events.size(), true)) {
      ended = true;
      continue;
    }
    Cursor cursor = reader.cursor();
    if (trace.events.size() == limits::events)
      cursor.fail("more than " + std::to_string(limits::events) + " events");
    trace.events.push_back(parse_event_line(cursor));
    reader.adopt(cursor);
  }
  if (!ended) reader.fail(0, "cut off: there is no line `end`");
  return result(reader, std::move(trace));
}

Parsed<Label> parse_event(std::string_view line) {
  Reader reader(line.substr(0, limits::line_length + 1));
  if (!reader.next()) {
    reader.fail(0, "empty");
    return result(reader, Label{});
  }
  Cursor cursor = reader.cursor();
  const Label label = parse_event_line(cursor);
  reader.adopt(cursor);
  return result(reader, label);
}

}  // namespace portunus
