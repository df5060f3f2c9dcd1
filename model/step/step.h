// The transition relation: state × label → successors. Pure; an empty result means forbidden.
#pragma once

#include "model/step/moves.h"

namespace portunus::model {

// Offers every silent move: of each thread, and of the background queues.
void silent_moves(Moves& moves);

// Offers every move of `thread` that is the system's to make and that an observer sees.
void system_moves(Moves& moves, ThreadId thread);

// What the client, or the observer, does: calls, exits of callbacks, threads, skips, quiescence. Offers the
// one move that `label` is, if the state allows it.
void client_move(Moves& moves, const Label& label);
// Whether client_move, not system_moves, answers for the label. Under `strict` log lines are the system's.
bool is_client_label(const Label& label, const Rules& rules);

// --- The families: each offers the moves of its kinds of frames. `frame` is the thread's innermost one. ---

// create.cc: CFMachPortCreate, CFMachPortCreateWithPort
void create_moves(Moves& moves, ThreadId thread, const Frame& frame);
// query.cc: what only asks: GetContext, GetPort, IsValid, GetInvalidationCallBack, GetQueuedMessageCount,
// CFGetRetainCount
void query_moves(Moves& moves, ThreadId thread, const Frame& frame);
// object.cc: CFEqual, CFHash, CFGetTypeID, CFCopyDescription
void object_moves(Moves& moves, ThreadId thread, const Frame& frame);
// attach.cc: CFMachPortCreateRunLoopSource, and sources in modes
void attach_moves(Moves& moves, ThreadId thread, const Frame& frame);
// The end of a thread's run loop. Whether what another thread does now, or the source's last reference,
// makes the source's leaving matter; whether such an end is still to come; and the end of what does not.
void loop_end_moves(Moves& moves, ThreadId thread);
bool loop_end_is_looked_at(const State& state, ThreadId ending, std::uint8_t source);
bool ends_loop(const State& state, ThreadId thread);
void finish_loop_end(State& state, ThreadId thread);
// deliver.cc: CFRunLoopRunInMode, deliveries, the main queue
void run_moves(Moves& moves, ThreadId thread, const Frame& frame);
void deliver_moves(Moves& moves, ThreadId thread, const Frame& frame);
void drain_moves(Moves& moves, ThreadId thread, const Frame& frame);
// deliver.cc: what is asked of a run loop, and of its runs: CFRunLoopStop, CFRunLoopWakeUp,
// CFRunLoopIsWaiting, CFRunLoopCopyCurrentMode, CFRunLoopGetCurrent, CFRunLoopGetMain
void loop_moves(Moves& moves, ThreadId thread, const Frame& frame);
// Whether the thread waits in a run with nothing to handle.
bool waits_in_run(const State& state, ThreadId thread);
// Whether the thread's call is about a port that another thread may keep locked: the context's retain is
// called so by a delivery (facts cfmachport 6).
bool waits_for_port(const State& state, ThreadId thread);
// invalidate.cc: CFMachPortInvalidate, CFMachPortSetInvalidationCallBack, the procedure of an invalidation
void invalidate_call_moves(Moves& moves, ThreadId thread, const Frame& frame);
void set_callback_moves(Moves& moves, ThreadId thread, const Frame& frame);
void invalidate_moves(Moves& moves, ThreadId thread, const Frame& frame);
// die.cc: notifications, the sweep, the end of watches
void background_moves(Moves& moves);
bool background_is_idle(const State& state);
// Whether the only background work left is a sweep, and a creation may keep the registry from it.
bool sweep_waits_for_registry(const State& state);
// What is left to do in the background without anybody looking at it is done.
void finish_background(State& state, Kernel kernel);
// Whether a sweep is under way, which nobody else comes in between to the registry.
bool sweep_keeps_registry(const State& state);
// Whether a creation may keep the registry from the thread's call.
bool waits_for_registry(const State& state, ThreadId thread);
// release.cc: CFRetain, CFRelease, the end of objects and of their rights
void count_moves(Moves& moves, ThreadId thread, const Frame& frame);
void free_port_moves(Moves& moves, ThreadId thread, const Frame& frame);
void free_source_moves(Moves& moves, ThreadId thread, const Frame& frame);
// mach.cc and the files named after it: the kernel's calls
void mach_moves(Moves& moves, ThreadId thread, const Frame& frame);
// Whether the thread waits in mach_msg, with nothing there that it waits for.
bool waits_in_mach(const State& state, ThreadId thread);

// --- Shared by the families; changes of a state without a label of their own. ---

// invalidate.cc: the part that comes before any callback: out of the registry, the watch cancelled, and the
// frame of the rest pushed on `thread`. For a swept object (facts cfmachport 9) the sweep has done the first
// part.
void begin_invalidation(State& state, ThreadId thread, std::uint8_t port, bool info_is_cleared);
// die.cc
void cancel_watch(State& state, std::uint8_t port);
// release.cc: one reference less; a frame that frees the object if it was the last.
void release_port(State& state, ThreadId thread, std::uint8_t port);
void release_source(State& state, ThreadId thread, std::uint8_t source);
// release.cc: a frame that gives so many references back, a moment later.
void release_sources(State& state, ThreadId thread, std::uint8_t source, int references);
// release.cc: what happens to the rights of a port that has just been freed. The values of
// Switch::owned_rights. True if the thread that has freed it drops them itself.
enum class OwnedRights : int { asynchronously, by_record, once };
bool free_rights(State& state, std::uint8_t port, OwnedRights way);
// release.cc: the thread drops an owner's rights, the receive right first.
void drop_rights(State& state, ThreadId thread, std::uint8_t port);
// release.cc: the background drops one of the rights that are due.
void drop_next_right(State& state, std::uint8_t port, Kernel kernel);
// deliver.cc: a wait on `thread` took that long, and the runs around it are that much older; or some time
// passed.
void pass_time(State& state, ThreadId thread, std::int32_t milliseconds);
void let_time_pass(State& state);
// attach.cc: CFEqual of two sources.
bool are_equal_sources(const State& state, std::uint8_t a, std::uint8_t b);
// attach.cc: the source leaves all modes, and is invalid.
void invalidate_source(State& state, std::uint8_t source);
// invalidate.cc: the context's release with `info` is called, if `set`, and the thread's frame becomes
// `after`.
void offer_info_release(Moves& moves, ThreadId thread, std::uint8_t info, bool set, const Frame& after,
                        ClauseId clause);

// create.cc: whether the thread is inside the retain of a creation, which one edition calls with the registry
// locked (facts cfmachport 1); what happens then when the same thread needs the registry.
bool creates_under_lock(const State& state, ThreadId thread);
void offer_lock_crash(Moves& moves, ThreadId thread);
// Makes the offers of something that needs the registry, where the registry is to be had.
template <class F>
void with_registry(Moves& moves, ThreadId thread, F offer) {
  if (sweep_keeps_registry(moves.state())) return;
  bool locked = false;
  for (ThreadId other = 0; other < limits::threads; ++other)
    locked |= creates_under_lock(moves.state(), other);
  if (!locked) return offer();
  moves.each(Switch::retain_under_registry_lock, [&](int value) {
    if (value != 1) return offer();
    if (creates_under_lock(moves.state(), thread)) offer_lock_crash(moves, thread);
  });
}
// In the `flags` of a Mach call whose first name has no slot: it is MACH_PORT_DEAD, not MACH_PORT_NULL. The
// bits below it are the next names'.
inline constexpr std::uint8_t name_is_dead = 0x80;
// In the `flags` of a Mach call: it waits for room, or for a message.
inline constexpr std::uint8_t mach_waits = 0x01;
// In a creation's `flags`: an out-parameter, a message callout was given.
enum CreateFlags : std::uint8_t { create_out = 0x01, create_callout = 0x02 };

// --- Small helpers for labels. ---

Value info_value(std::uint8_t info);
Value port_value(std::uint8_t port);
Value source_value(std::uint8_t source);
Value boolean_value(bool value);
Value invalidation_value(std::uint8_t callback);
// The client's callback begins: its frame is pushed, above one that goes on at `pc`.
void enter_client(State& state, ThreadId thread, Callback callback, std::uint8_t pc);
// The call returns: its frame goes.
void offer_return(Moves& moves, ThreadId thread, const Frame& frame, std::span<const Value> results,
                  ClauseId clause, Parts parts = {});

}  // namespace portunus::model
