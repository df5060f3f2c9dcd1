#include "impl/mach/hosted/timer.h"

#include <mach/mk_timer.h>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/names.h"

namespace portunus::hosted {
namespace {

void expire(Timer& timer) {
  if (timer.outstanding != nullptr) return;
  Message& message = timer.kernel->make_message();
  message.destination = copy_send(*timer.send.port);
  message.payload.resize(sizeof(mk_timer_expire_msg_t) - sizeof(mach_msg_header_t));
  message.timer = &timer;
  timer.outstanding = &message;
  post(*timer.kernel, message);
}

void ring(Alarm& alarm) {
  expire(static_cast<Timer&>(alarm));
}

void disarm(Timer& timer) {
  if (timer.in_list()) timer.kernel->scheduler().clear_alarm(timer);
}

struct FoundTimer {
  kern_return_t code;
  Timer* timer;
};
FoundTimer find_timer(Space& space, mach_port_name_t name) {
  if (!MACH_PORT_VALID(name)) return {KERN_INVALID_NAME, nullptr};
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return {code, nullptr};
  return {port->timer == nullptr ? KERN_INVALID_ARGUMENT : KERN_SUCCESS, port->timer};
}

}  // namespace

Right make_timer(Kernel& kernel) {
  const Right receive = kernel.make_port();
  Timer& timer = kernel.add_timer();
  timer.kernel = &kernel;
  timer.ring = ring;
  timer.send = make_send(*receive.port);
  receive.port->timer = &timer;
  return receive;
}

void end_timer(Kernel& kernel, Timer& timer) {
  disarm(timer);
  if (timer.outstanding != nullptr) timer.outstanding->timer = nullptr;
  const Right send = take(timer.send);
  send.port->timer = nullptr;
  kernel.free_timer(timer);
  release(kernel, send);
}

kern_return_t arm_timer(Kernel& kernel, Space& space, mach_port_name_t name, Time expiry) {
  const auto [code, timer] = find_timer(space, name);
  if (code != KERN_SUCCESS) return code;
  disarm(*timer);
  if (expiry <= kernel.scheduler().now()) {
    expire(*timer);
  } else {
    kernel.scheduler().set_alarm(*timer, expiry);
  }
  return KERN_SUCCESS;
}

kern_return_t cancel_timer(Kernel& kernel, Space& space, mach_port_name_t name, Time& expiry) {
  const auto [code, timer] = find_timer(space, name);
  if (code != KERN_SUCCESS) return code;
  expiry = timer->in_list() ? timer->deadline : 0;
  if (timer->in_list()) kernel.scheduler().clear_alarm(*timer);
  return KERN_SUCCESS;
}

kern_return_t destroy_timer(Kernel& kernel, Space& space, mach_port_name_t name) {
  const auto [code, timer] = find_timer(space, name);
  return code == KERN_SUCCESS ? destroy(kernel, space, name) : code;
}

}  // namespace portunus::hosted
