// For the driver's tests: a script in, the events out, on the hosted system.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "impl/sut/hosted.h"
#include "model/vocabulary/text.h"

namespace portunus::driver {

class Played final : public EventSink {
 public:
  // Runs the steps of `body`, teardown included, up to and with the event number `most`.
  explicit Played(std::string_view body, std::size_t most = 10'000, ThreadId main = 0) : most_(most) {
    const auto script =
        parse_script("portunus-script 1\nmain T" + std::to_string(main) + "\n" + std::string(body) + "end\n");
    INFO(script.error.line, ":", script.error.column, ": ", script.error.message);
    REQUIRE(script.value.has_value());
    run_hosted(*script.value, {.edition = &cf::intended}, *this);
  }

  bool take(const Label& label) override {
    events_.push_back(print(label));
    return events_.size() < most_;
  }

  const std::vector<std::string>& events() const { return events_; }

  // Whether these events stand somewhere, one right behind the other.
  bool has(std::initializer_list<std::string_view> lines) const { return find(lines) != events_.end(); }
  // Whether an event stands somewhere behind another.
  bool has_after(std::string_view earlier, std::string_view later) const {
    const auto from = find({earlier});
    return from != events_.end() && std::find(from, events_.end(), later) != events_.end();
  }
  std::size_t count(std::string_view line) const {
    return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), line));
  }
  // For messages: all events.
  std::string text() const {
    std::string all = "\n";
    for (const std::string& event : events_) all += event + "\n";
    return all;
  }

 private:
  std::vector<std::string>::const_iterator find(std::initializer_list<std::string_view> lines) const {
    return std::search(events_.begin(), events_.end(), lines.begin(), lines.end());
  }

  std::size_t most_;
  std::vector<std::string> events_;
};

}  // namespace portunus::driver
