#include "model/vocabulary/label.h"

#include <doctest/doctest.h>

#include "model/vocabulary/text.h"
#include "model/vocabulary/word.h"

namespace portunus {
namespace {

Label event(const char* line) {
  const auto parsed = parse_event(line);
  REQUIRE(parsed.value.has_value());
  return *parsed.value;
}

TEST_CASE("an allowed label matches what is seen, and `any` matches every value of its type") {
  const Label seen = event("T0 return CFGetRetainCount = 3");
  CHECK(matches(seen, seen));
  CHECK_FALSE(matches(event("T0 return CFGetRetainCount = 4"), seen));
  Label open = seen;
  open.values[0].number = Value::any;
  CHECK(matches(open, seen));
  CHECK_FALSE(matches(seen, open));
  CHECK(print(open) == "T0 return CFGetRetainCount = *");
}

TEST_CASE("labels are of one kind when they differ in values alone") {
  const Label label = event("T0 enter invalidation(inv, P0, I0)");
  CHECK(same_kind(label, event("T0 enter invalidation(inv2, P1, null)")));
  CHECK_FALSE(same_kind(label, event("T1 enter invalidation(inv, P0, I0)")));
  CHECK_FALSE(same_kind(label, event("T0 enter release(I0)")));
  CHECK_FALSE(same_kind(event("T0 log error other"), event("T0 log error thwarted")));
}

TEST_CASE("a context packs into a value and back, whatever its form") {
  for (const std::int32_t info : {Value::null, 0, 7, handle_index_max})
    for (const auto retain :
         {Context::Retain::none, Context::Retain::same, Context::Retain::other, Context::Retain::null})
      for (const bool release : {false, true})
        for (const bool copy : {false, true})
          for (const int version : {0, 7, 255}) {
            const Context context{.info = info,
                                  .retain = retain,
                                  .retained = retain == Context::Retain::other ? 5 : 0,
                                  .release = release,
                                  .copy_description = copy,
                                  .version = version};
            CHECK(unpack(pack(context)) == context);
          }
}

TEST_CASE("every enumerated value has a word, and every function's types can be printed") {
  for (const FunctionInfo& row : functions()) {
    for (int place = 0; place < row.argument_count; ++place) CHECK(row.arguments[place] != Type::none);
    for (int place = 0; place < row.result_count; ++place) CHECK(row.results[place] != Type::none);
    CHECK(find_function(row.name) == row.function);
  }
  for (const CallbackInfo& row : callbacks()) {
    CHECK(row.arguments[row.subject_argument] == row.subject);
    CHECK(find_callback(row.name) == row.callback);
  }
  CHECK(words(Type::kern_return).size() == static_cast<std::size_t>(KernReturn::mig_bad_arguments) + 1);
  CHECK(words(Type::disposition).size() == static_cast<std::size_t>(Disposition::make_send_once) + 1);
  CHECK(log_kind_words().size() == static_cast<std::size_t>(LogKind::other) + 1);
  CHECK(skip_reason_words().size() == static_cast<std::size_t>(SkipReason::unable) + 1);
  CHECK(crash_kind_words().size() == static_cast<std::size_t>(CrashKind::leak) + 1);
  CHECK(label_kind_words().size() == static_cast<std::size_t>(LabelKind::hang) + 1);
}

}  // namespace
}  // namespace portunus
