// Writes one script, step by step, out of choices. The generator's working part.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/vocabulary/limits.h"
#include "props/generate/generator.h"
#include "props/generate/picture.h"

namespace portunus {

class Author {
 public:
  Author(Entropy& entropy, const GeneratorOptions& options);
  // To be called once.
  Script write();

 private:
  // Where the step being written stands.
  struct Place {
    std::uint32_t depth = 0;
    bool repeated = false;  // in a body that may run many times: nothing here may cause another round
    ThreadId thread = 0;
  };

  void act();
  Action choose_action();
  bool perform(Action action);

  // One each for the actions; false if there is nothing to do it with, and then nothing was written.
  bool probe();
  bool create();
  bool allocate();
  bool wrap();
  bool listen();
  bool get_port();
  bool source();
  bool add();
  bool remove();
  bool invalidate();
  bool set_callback();
  bool send();
  bool run();
  bool retain();
  bool release();
  bool kill();
  bool drop();
  bool add_right();
  bool settle();
  bool react();
  bool wild();
  bool thread();

  bool probe_port(Value port);
  bool probe_source(Value source);
  bool probe_name(Value name);
  bool make_source(Value port);
  bool start_thread();
  void join_all();

  void emit(const Step& step);
  void write_block(Step head, Place place, std::uint32_t actions);
  bool full() const { return script_.steps.size() >= options_.steps_max; }

  // Choices. A handle is one that stands for something; the latest is the plainest choice.
  bool chance(std::uint32_t one_in) { return entropy_.below(one_in) == one_in - 1; }
  bool crowded(std::size_t count);
  std::optional<Value> known(Type type);
  std::optional<Value> fresh(Type type) const;
  std::size_t handles_made(Type type) const;
  std::optional<Value> object();
  Value any_value(Type type);
  Value callout(bool may_be_null);
  Value context();
  Value out_flag();
  Value loop();
  Value mode();

  Entropy& entropy_;
  GeneratorOptions options_;
  Script script_;
  Picture picture_;
  Place place_;
  std::array<bool, limits::threads> running_ = {};
};

}  // namespace portunus
