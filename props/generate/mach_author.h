// Writes one script of Mach calls alone, as Author does for CFMachPort.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "model/vocabulary/limits.h"
#include "props/generate/generator.h"
#include "props/generate/mach_choices.h"
#include "props/generate/mach_picture.h"
#include "props/generate/values.h"

namespace portunus {

class MachAuthor {
 public:
  MachAuthor(Entropy& entropy, const GeneratorOptions& options);
  // To be called once.
  Script write();

 private:
  // A right in a message, and how it gets there; none where both are null.
  struct Transfer {
    Value name = null_of(Type::name);
    Value disposition = null_of(Type::disposition);
  };

  void act();
  MachAction choose_action();
  bool perform(MachAction action);

  // One each for the actions; false if there is nothing to do it with, and then nothing was written.
  bool probe();
  bool allocate();
  bool choose_name();
  bool insert();
  bool extract();
  bool refs();
  bool drop();
  bool destroy();
  bool member();
  bool limit();
  bool counter();
  bool request();
  bool provoke();
  bool send();
  bool send_rights();
  bool receive();
  bool flood();
  bool bury();
  bool settle();
  bool wild();
  bool thread();

  bool allocate_right(Right right);
  void make_send(Value name);
  bool request_of(Value name, Notification of);
  void make_happen(Value name, Notification of);
  bool send_to(Value name, Value timeout);
  bool send_rights_to(Value name);
  Transfer reply_right(Value destination);
  Transfer body_right(Value destination);
  bool receive_from(Value name, Value timeout);
  void fill(Value name);
  void kill(Value name);
  bool start_thread();
  void contend(Value name);
  void join_all();

  void emit(const Step& step);
  bool full() const { return script_.steps.size() >= options_.steps_max; }

  GeneratorOptions options_;
  Entropy& entropy_;
  Script script_;
  MachPicture picture_;
  MachChoices choices_;
  bool inside_ = false;  // what is being written is another thread's
  std::array<bool, limits::threads> running_ = {};
};

}  // namespace portunus
