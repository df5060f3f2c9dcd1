// Writes one script, step by step, out of choices. The generator's working part.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "model/vocabulary/limits.h"
#include "props/generate/choices.h"
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
    std::optional<int> port = {};  // in a callback's body: the port that it is about
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
  bool steer();
  bool ask_loop();
  bool declare();
  bool end_source();
  bool compare();
  bool describe();
  bool thread();

  bool probe_port(Value port);
  bool probe_source(Value source);
  bool probe_name(Value name);
  void ensure_callback(Value port);
  bool make_source(Value port);
  bool add_latest_source();
  bool add_source(int source);
  bool converse();
  std::optional<Value> name_of(Value port);
  bool send_to(Value name);
  bool run_in(std::optional<int> wanted);
  bool start_thread();
  void join_all();

  void emit(const Step& step);
  void write_block(Step head, Place place, std::uint32_t actions);
  bool full() const { return script_.steps.size() >= options_.steps_max; }

  Value latest_name() const;
  Value loop();

  Entropy& entropy_;
  GeneratorOptions options_;
  Script script_;
  Picture picture_;
  Choices choices_;
  Place place_;
  std::array<bool, limits::threads> running_ = {};
};

}  // namespace portunus
