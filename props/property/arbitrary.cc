#include "props/property/arbitrary.h"

#include <vector>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"
#include "model/vocabulary/word.h"
#include "props/shrink/pass.h"

namespace portunus {
namespace {

std::int32_t below(Entropy& entropy, std::size_t count) {
  return static_cast<std::int32_t>(entropy.below(static_cast<std::uint32_t>(count)));
}

Value make_context(Entropy& entropy) {
  Context context{.info = entropy.below(4) == 0 ? Value::null : below(entropy, limits::infos),
                  .retain = static_cast<Context::Retain>(entropy.below(4)),
                  .release = entropy.below(2) == 1,
                  .copy_description = entropy.below(2) == 1,
                  .version = below(entropy, 16)};
  if (context.retain == Context::Retain::other) context.retained = below(entropy, limits::infos);
  return pack(context);
}

Value make_any_object(Entropy& entropy) {
  switch (entropy.below(3)) {
    case 0:
      return make_object(ObjectClass::port, below(entropy, limits::ports));
    case 1:
      return make_object(ObjectClass::source, below(entropy, limits::sources));
    default:
      return make_object(ObjectClass::loop, below(entropy, limits::threads));
  }
}

// A value that a parameter or a result of the type may have.
Value make_value_of(Type type, Entropy& entropy) {
  if (may_be_null(type) && entropy.below(4) == 0) return make_value(type, Value::null);
  switch (type) {
    case Type::none:
      return {};
    case Type::object:
      return make_any_object(entropy);
    case Type::context:
      return make_context(entropy);
    case Type::integer:
      return make_value(type, below(entropy, 2001) - 1000);
    case Type::milliseconds:
      return make_value(type, below(entropy, 1000));
    case Type::rights:
      return make_value(type, below(entropy, std::size_t{1} << rights_words().size()));
    case Type::mode:
      return make_value(type, entropy.below(4) == 0 ? Value::common : below(entropy, limits::modes));
    default:
      break;
  }
  if (handle_letter(type) != 0)
    return make_value(type, below(entropy, static_cast<std::size_t>(handle_count(type))));
  return make_value(type, below(entropy, words(type).size()));
}

// A handle, for where nothing else may stand.
Value make_handle(Type type, Entropy& entropy) {
  return make_value(type, below(entropy, static_cast<std::size_t>(handle_count(type))));
}

std::vector<Value> make_values(const Type* types, int count, Entropy& entropy) {
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(count));
  for (int at = 0; at < count; ++at) values.push_back(make_value_of(types[at], entropy));
  return values;
}

const FunctionInfo& any_function(Entropy& entropy) {
  return functions()[entropy.below(static_cast<std::uint32_t>(functions().size()))];
}
const CallbackInfo& any_callback(Entropy& entropy) {
  return callbacks()[entropy.below(static_cast<std::uint32_t>(callbacks().size()))];
}

Label make_call(ThreadId thread, Entropy& entropy) {
  const FunctionInfo& row = any_function(entropy);
  const Value bind = row.bind == Type::none ? Value{} : make_handle(row.bind, entropy);
  const Value second = row.second == Type::none ? Value{} : make_handle(row.second, entropy);
  return call_label(thread, row.function, bind, make_values(row.arguments, row.argument_count, entropy),
                    second);
}

Label make_log(ThreadId thread, Entropy& entropy) {
  return log_label(thread, static_cast<LogLevel>(below(entropy, log_level_words().size())),
                   static_cast<LogKind>(below(entropy, log_kind_words().size())));
}

Label make_skip(ThreadId thread, Entropy& entropy) {
  return skip_label(thread, any_function(entropy).function,
                    static_cast<SkipReason>(below(entropy, skip_reason_words().size())));
}

Label make_label(Entropy& entropy) {
  const auto thread = static_cast<ThreadId>(entropy.below(limits::threads));
  const auto kind = static_cast<LabelKind>(below(entropy, label_kind_words().size()));
  switch (kind) {
    case LabelKind::call:
      return make_call(thread, entropy);
    case LabelKind::return_: {
      const FunctionInfo& row = any_function(entropy);
      return return_label(thread, row.function, make_values(row.results, row.result_count, entropy));
    }
    case LabelKind::enter: {
      const CallbackInfo& row = any_callback(entropy);
      return enter_label(thread, row.callback, make_values(row.arguments, row.argument_count, entropy));
    }
    case LabelKind::exit: {
      const CallbackInfo& row = any_callback(entropy);
      return exit_label(thread, row.callback, make_values(row.results, row.result_count, entropy));
    }
    case LabelKind::allocate:
      return allocate_label(thread, make_any_object(entropy));
    case LabelKind::deallocate:
      return deallocate_label(thread, make_any_object(entropy));
    case LabelKind::log:
      return make_log(thread, entropy);
    case LabelKind::skip:
      return make_skip(thread, entropy);
    case LabelKind::crash:
      return crash_label(thread, static_cast<CrashKind>(below(entropy, crash_kind_words().size())));
    default:
      return plain_label(thread, kind);
  }
}

rc::Seq<Script> smaller(const Script& script) {
  return rc::seq::fromContainer(candidates(script));
}

// Traces shrink by losing events: each event stands for itself.
rc::Seq<Trace> shorter(const Trace& trace) {
  return rc::seq::map(rc::shrink::removeChunks(trace.events), [trace](std::vector<Label>&& events) {
    return Trace{.front_matter = trace.front_matter, .main = trace.main, .events = std::move(events)};
  });
}

}  // namespace

std::uint32_t RcEntropy::below(std::uint32_t count) {
  return static_cast<std::uint32_t>(random_.next() % count);
}

rc::Gen<Script> any_script(const GeneratorOptions& options) {
  return rc::Gen<Script>([options](const rc::Random& random, int size) {
    RcEntropy entropy(random);
    GeneratorOptions sized = options;
    sized.steps_max = 1 + static_cast<std::uint32_t>(size) * options.steps_max / 100;
    return rc::shrinkable::shrinkRecur(generate_script(entropy, sized),
                                       [](const Script& script) { return smaller(script); });
  });
}

Trace make_trace(Entropy& entropy, std::uint32_t events) {
  Trace trace{
      .front_matter = {}, .main = static_cast<ThreadId>(entropy.below(limits::threads)), .events = {}};
  if (entropy.below(2) == 1) trace.front_matter = {{"clause", "create.rights"}, {"source", ""}};
  for (std::uint32_t at = 0; at < events; ++at) trace.events.push_back(make_label(entropy));
  return trace;
}

rc::Gen<Trace> any_trace() {
  return rc::Gen<Trace>([](const rc::Random& random, int size) {
    RcEntropy entropy(random);
    return rc::shrinkable::shrinkRecur(make_trace(entropy, static_cast<std::uint32_t>(size)),
                                       [](const Trace& trace) { return shorter(trace); });
  });
}

void showValue(const Script& script, std::ostream& out) {
  out << print(script);
}
void showValue(const Trace& trace, std::ostream& out) {
  out << print(trace);
}

}  // namespace portunus
