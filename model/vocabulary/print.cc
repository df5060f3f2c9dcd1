#include <charconv>

#include "model/vocabulary/text.h"
#include "model/vocabulary/word.h"

namespace portunus {
namespace {

class Printer {
 public:
  void text(std::string_view part) { out_.append(part); }
  void number(std::int64_t value) {
    char digits[24];
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    text({digits, static_cast<std::size_t>(result.ptr - digits)});
  }
  void handle(char letter, std::int64_t index) {
    out_.push_back(letter);
    number(index);
  }
  void thread(ThreadId id) { handle('T', id); }
  void indent(int depth) { out_.append(static_cast<std::size_t>(depth) * 2, ' '); }
  void newline() { out_.push_back('\n'); }

  void front_matter(std::string_view first_line, const FrontMatter& entries, ThreadId main) {
    text(first_line);
    newline();
    for (const auto& [key, value] : entries) {
      text("# ");
      text(key);
      text(value.empty() ? ":" : ": ");
      text(value);
      newline();
    }
    text("main ");
    thread(main);
    newline();
  }

  void context(const Context& context) {
    text("(");
    value(make_value(Type::info, context.info));
    if (context.retain != Context::Retain::none) text(" retain");
    if (context.retain == Context::Retain::other) {
      text("=");
      handle('I', context.retained);
    }
    if (context.retain == Context::Retain::null) text("=null");
    if (context.release) text(" release");
    if (context.copy_description) text(" copyDescription");
    if (context.version != 0) {
      text(" version=");
      number(context.version);
    }
    text(")");
  }

  void rights(std::int32_t bits) {
    if (bits == 0) return text("none");
    bool first = true;
    for (std::size_t bit = 0; bit < rights_words().size(); ++bit) {
      if ((bits >> bit & 1) == 0) continue;
      if (!first) text("|");
      text(rights_words()[bit]);
      first = false;
    }
  }

  void value(const Value& value) {
    if (value.number == Value::null) return text("null");
    if (value.number == Value::dead) return text("dead");
    if (value.number == Value::other) return text("other");
    if (value.number == Value::absent) return text("-");
    if (value.number == Value::any) return text("*");
    plain_value(value);
  }

  void list(std::span<const Value> values) {
    bool first = true;
    for (const Value& item : values) {
      if (!first) text(", ");
      value(item);
      first = false;
    }
  }

  void call(Function function, const Value& bind, const Value& second, std::span<const Value> arguments) {
    const FunctionInfo& row = info(function);
    if (row.bind != Type::none) {
      value(bind);
      if (row.second != Type::none) {
        text(", ");
        value(second);
      }
      text(" = ");
    }
    text(row.name);
    text("(");
    list(arguments.first(row.argument_count));
    text(")");
  }

  void callback(Callback callback, const Value& subject) {
    text(info(callback).name);
    if (subject.type == Type::none) return;
    text("(");
    value(subject);
    text(")");
  }

  void step(const Step& step) {
    switch (step.kind) {
      case StepKind::call:
        return call(step.function, step.bind, step.second, step.arguments);
      case StepKind::on:
        text("on ");
        callback(step.callback, step.subject);
        if (step.occurrence != 0) {
          text(" #");
          number(step.occurrence);
        }
        return;
      case StepKind::start:
        text("start ");
        return thread(step.thread);
      case StepKind::join:
        text("join ");
        return thread(step.thread);
      case StepKind::await:
        text("await ");
        thread(step.thread);
        text(" in ");
        return callback(step.callback, step.subject);
      case StepKind::parallel:
        return text("parallel");
      case StepKind::branch:
        text("branch ");
        return thread(step.thread);
      case StepKind::settle:
        return text("settle");
    }
  }

  void block(const std::vector<Step>& steps, std::size_t begin, std::size_t end, int depth) {
    for (std::size_t at = begin; at < end; at += 1 + steps[at].size) {
      indent(depth);
      step(steps[at]);
      if (is_block(steps[at].kind)) {
        text(" {");
        newline();
        block(steps, at + 1, at + 1 + steps[at].size, depth + 1);
        indent(depth);
        text("}");
      }
      newline();
    }
  }

  // What stands behind the thread in an event's line.
  void event(const Label& label) {
    text(word(label.kind));
    switch (label.kind) {
      case LabelKind::call:
        text(" ");
        return call(label.function, label.bind, label.second, label.values);
      case LabelKind::return_:
        return results(info(label.function).name, {label.values, info(label.function).result_count});
      case LabelKind::enter:
        text(" ");
        text(info(label.callback).name);
        text("(");
        list({label.values, info(label.callback).argument_count});
        return text(")");
      case LabelKind::exit:
        return results(info(label.callback).name, {label.values, info(label.callback).result_count});
      case LabelKind::allocate:
      case LabelKind::deallocate:
        text(" ");
        return value(label.bind);
      case LabelKind::log:
        text(" ");
        text(word(label.level));
        text(" ");
        return text(word(static_cast<LogKind>(label.word)));
      case LabelKind::skip:
        text(" ");
        text(info(label.function).name);
        text(" ");
        return text(word(static_cast<SkipReason>(label.word)));
      case LabelKind::crash:
        text(" ");
        return text(word(static_cast<CrashKind>(label.word)));
      case LabelKind::start:
      case LabelKind::finish:
      case LabelKind::quiescent:
      case LabelKind::hang:
        return;
    }
  }

  void end(std::size_t count) {
    text("end ");
    number(static_cast<std::int64_t>(count));
    newline();
  }

  std::string take() { return static_cast<std::string&&>(out_); }

 private:
  void results(std::string_view name, std::span<const Value> values) {
    text(" ");
    text(name);
    if (values.empty()) return;
    text(" = ");
    list(values);
  }

  void plain_value(const Value& value) {
    switch (value.type) {
      case Type::none:
        return;
      case Type::integer:
        return number(value.number);
      case Type::milliseconds:
        number(value.number);
        return text("ms");
      case Type::mode:
        if (value.number == Value::common) return text("common");
        return handle('M', value.number);
      case Type::object:
        return handle("PSL"[static_cast<std::size_t>(class_of(value))], index_of(value));
      case Type::context:
        return context(unpack(value));
      case Type::rights:
        return rights(value.number);
      default:
        break;
    }
    if (const char letter = handle_letter(value.type)) return handle(letter, value.number);
    text(words(value.type)[static_cast<std::size_t>(value.number)]);
  }

  std::string out_;
};

bool opens(LabelKind kind) {
  return kind == LabelKind::call || kind == LabelKind::enter;
}
bool closes(LabelKind kind) {
  return kind == LabelKind::return_ || kind == LabelKind::exit;
}

}  // namespace

std::string print(const Script& script) {
  Printer printer;
  printer.front_matter("portunus-script 1", script.front_matter, script.main);
  printer.block(script.steps, 0, script.steps.size(), 0);
  printer.end(script.steps.size());
  return printer.take();
}

std::string print(const Trace& trace) {
  Printer printer;
  printer.front_matter("portunus-trace 1", trace.front_matter, trace.main);
  int depth[256] = {};
  for (const Label& label : trace.events) {
    int& level = depth[label.thread];
    if (closes(label.kind) && level > 0) --level;
    printer.thread(label.thread);
    printer.text(" ");
    printer.indent(level);
    printer.event(label);
    printer.newline();
    if (opens(label.kind)) ++level;
  }
  printer.end(trace.events.size());
  return printer.take();
}

std::string print(const Label& label) {
  Printer printer;
  printer.thread(label.thread);
  printer.text(" ");
  printer.event(label);
  return printer.take();
}

std::string print(const Value& value) {
  Printer printer;
  printer.value(value);
  return printer.take();
}

std::string print(const Step& step) {
  Printer printer;
  printer.step(step);
  return printer.take();
}

}  // namespace portunus
