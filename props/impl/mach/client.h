// A client that does anything: random calls, for the suites that look at what they leave.
#pragma once

#include <mach/mach.h>

#include <random>
#include <vector>

#include "props/impl/mach/letter.h"

namespace portunus::props {

class Client {
 public:
  explicit Client(unsigned seed) : random_(seed) {}

  // Calls may also be about another task, that this one has a right to.
  void know_task(task_t task) { tasks_.push_back(task); }
  // One call, or a few that belong together. Waits for a few milliseconds at most.
  void act();

  // Every name that the calling task has but its own task port's; guards that a client has put are taken
  // away.
  static std::vector<Name> all_names();
  // Ends every name but that of the calling task's port, until none is left.
  static void end_everything();

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
  mach_msg_type_name_t disposition() { return 16 + below(6); }
  Name name();
  task_t task();
  void know(Name name);

  void allocate();
  void move_rights();
  void count();
  void end_something();
  void request();
  void arrange();
  void tell();
  void guard();
  void send_something();
  void receive_something();
  void use_semaphore();
  void use_timer();
  void fill(Letter& letter);
  // Takes what a letter holds: the names to know, the memory to give back.
  void open(Letter& letter);

  std::minstd_rand random_;
  std::vector<Name> names_;
  std::vector<task_t> tasks_;
};

}  // namespace portunus::props
