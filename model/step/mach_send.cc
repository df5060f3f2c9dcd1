// Messages: facts mach-xnu 6.
#include <algorithm>

#include "model/step/mach.h"

namespace portunus::model {
namespace {

bool may_send(const Name& name, Disposition disposition) {
  if (name.kind != Name::port) return false;
  switch (disposition) {
    case Disposition::copy_send:
    case Disposition::move_send:
      return name.refs > 0;
    case Disposition::make_send:
    case Disposition::make_send_once:
      return name.receive != 0;
    default:
      return false;
  }
}

}  // namespace

void send_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const bool within =
      frame.x >= 0 && frame.x <= limits::message_id && frame.y >= 24 && frame.y <= limits::message_size;
  if (!within || frame.y % 4 != 0) return moves.limit("message_id or message_size");
  const auto disposition = static_cast<Disposition>(frame.choice);
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_send);
  };
  if (disposition == Disposition::move_receive) return offer(KernReturn::send_invalid_header);
  if (is_reserved(frame) || !may_send(moves.state().names[frame.name], disposition))
    return offer(KernReturn::send_invalid_dest);
  const Name& name = moves.state().names[frame.name];
  const bool full = name.queued == limits::queue;
  if (disposition == Disposition::make_send_once && full)
    return moves.unspecified("a send-once right's message beyond the queue limit");
  if (name.receive == 0) return moves.unspecified("a message to another task's port");
  if (full) {
    const std::int32_t most = send_references_max(moves.rules().kernel);
    // The message comes back to the sender, with the destination's right as a send right in his space.
    return offer_code(moves, thread, frame, KernReturn::send_timed_out, ClauseId::mach_send_full,
                      [&](State& next) {
                        if ((frame.flags & waits_when_full) != 0) let_time_pass(next);
                        const bool one_more = disposition != Disposition::move_send;
                        set_references(next, frame.name, std::min(name.refs + (one_more ? 1 : 0), most));
                      });
  }
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_send, [&](State& next) {
    Name& to = next.names[frame.name];
    to.queue[to.queued++] = {static_cast<std::uint16_t>(frame.x), static_cast<std::uint16_t>(frame.y / 4)};
    if (disposition == Disposition::move_send) drop_reference(next, frame.name, moves.rules().kernel);
  });
}

}  // namespace portunus::model
