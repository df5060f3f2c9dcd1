#include "impl/mach/hosted/attributes.h"

#include <cstring>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/message_out.h"

namespace portunus::hosted {
namespace {

natural_t flags_of(const Port& port) {
  natural_t flags = port.hints;
  if (port.guard.guarded) flags |= MACH_PORT_STATUS_FLAG_GUARDED;
  if (port.guard.strict) flags |= MACH_PORT_STATUS_FLAG_STRICT_GUARD;
  return flags;
}

mach_port_status_t status_of(const Port& port) {
  return mach_port_status_t{.mps_pset = port.sets.empty() ? 0u : 1u,
                            .mps_seqno = port.queue.next_seqno,
                            .mps_mscount = port.make_send_count,
                            .mps_qlimit = port.queue.limit,
                            .mps_msgcount = port.queue.count,
                            .mps_sorights = port.send_once_rights,
                            .mps_srights = port.send_rights != 0,
                            .mps_pdrequest = port.port_destroyed_request.exists(),
                            .mps_nsrequest = port.no_senders_request.exists(),
                            .mps_flags = flags_of(port)};
}

// How many words a flavour has; 0 for what cannot be told.
mach_msg_type_number_t words_of(mach_port_flavor_t flavor) {
  switch (flavor) {
    case MACH_PORT_LIMITS_INFO:
      return MACH_PORT_LIMITS_INFO_COUNT;
    case MACH_PORT_RECEIVE_STATUS:
      return MACH_PORT_RECEIVE_STATUS_COUNT;
    case MACH_PORT_DNREQUESTS_SIZE:
      return MACH_PORT_DNREQUESTS_SIZE_COUNT;
    case MACH_PORT_INFO_EXT:
      return MACH_PORT_INFO_EXT_COUNT;
    default:
      return 0;
  }
}

void write_attributes(const Port& port, mach_port_flavor_t flavor, integer_t* info) {
  switch (flavor) {
    case MACH_PORT_LIMITS_INFO: {
      const mach_port_limits_t value = {.mpl_qlimit = port.queue.limit};
      std::memcpy(info, &value, sizeof value);
      break;
    }
    case MACH_PORT_RECEIVE_STATUS: {
      const mach_port_status_t value = status_of(port);
      std::memcpy(info, &value, sizeof value);
      break;
    }
    case MACH_PORT_DNREQUESTS_SIZE:
      *info = static_cast<integer_t>(port.requests.size());
      break;
    default: {
      const mach_port_info_ext_t value = {
          .mpie_status = status_of(port), .mpie_boost_cnt = 0, .reserved = {}};
      std::memcpy(info, &value, sizeof value);
    }
  }
}

// What null and dead are told: that they have no limits, and no requests.
bool answer_for_no_port(mach_port_flavor_t flavor, integer_t* info, mach_msg_type_number_t& count) {
  if (flavor == MACH_PORT_LIMITS_INFO) {
    count = 0;
    return true;
  }
  if (flavor == MACH_PORT_DNREQUESTS_SIZE) {
    *info = 0;
    return true;
  }
  return false;
}

// A message keeps the place that it has in the queue as its number until it is taken off.
const Message* find_queued(const Port& port, mach_port_seqno_t seqno) {
  const mach_port_seqno_t place = seqno == 0 ? 0 : seqno - port.queue.next_seqno;
  return place < port.queue.messages.size() ? &port.queue.messages.at(place) : nullptr;
}

}  // namespace

kern_return_t get_attributes(Space& space, mach_port_name_t name, mach_port_flavor_t flavor, integer_t* info,
                             mach_msg_type_number_t& count) {
  const mach_msg_type_number_t words = words_of(flavor);
  if (words == 0) return KERN_INVALID_ARGUMENT;
  if (count < words) return KERN_FAILURE;
  if (!MACH_PORT_VALID(name) && answer_for_no_port(flavor, info, count)) return KERN_SUCCESS;
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  write_attributes(*port, flavor, info);
  count = words;
  return KERN_SUCCESS;
}

kern_return_t set_attributes(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_flavor_t flavor,
                             const integer_t* info, mach_msg_type_number_t count) {
  mach_port_limits_t limits = {};
  switch (flavor) {
    case MACH_PORT_LIMITS_INFO:
      if (count < MACH_PORT_LIMITS_INFO_COUNT) return KERN_FAILURE;
      std::memcpy(&limits, info, sizeof limits);
      if (limits.mpl_qlimit > MACH_PORT_QLIMIT_MAX) return KERN_INVALID_VALUE;
      break;
    case MACH_PORT_TEMPOWNER:
    case MACH_PORT_IMPORTANCE_RECEIVER:
    case MACH_PORT_DENAP_RECEIVER:
      break;
    default:
      return KERN_INVALID_ARGUMENT;
  }
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  if (flavor == MACH_PORT_LIMITS_INFO) set_queue_limit(kernel, *port, limits.mpl_qlimit);
  if (flavor == MACH_PORT_TEMPOWNER) port->hints |= MACH_PORT_STATUS_FLAG_TEMPOWNER;
  if (flavor == MACH_PORT_IMPORTANCE_RECEIVER) port->hints |= MACH_PORT_STATUS_FLAG_IMP_DONATION;
  return KERN_SUCCESS;
}

kern_return_t set_make_send_count(Space& space, mach_port_name_t name, mach_port_mscount_t count) {
  const auto [code, port] = find_received(space, name);
  if (code == KERN_SUCCESS) port->make_send_count = count;
  return code;
}

kern_return_t set_sequence_number(Space& space, mach_port_name_t name, mach_port_seqno_t seqno) {
  const auto [code, port] = find_received(space, name);
  if (code == KERN_SUCCESS) port->queue.next_seqno = seqno;
  return code;
}

kern_return_t peek(Space& space, mach_port_name_t name, mach_msg_option_t elements, Peek& peeked,
                   char* trailer, mach_msg_type_number_t& trailer_size) {
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  const mach_msg_trailer_size_t size = REQUESTED_TRAILER_SIZE(elements);
  if (trailer_size < size) return KERN_FAILURE;
  const Message* const message = find_queued(*port, peeked.seqno);
  if (message == nullptr) return KERN_FAILURE;
  if (peeked.seqno == 0) peeked.seqno = port->queue.next_seqno;
  peeked.size = message->size();
  peeked.id = message->id;
  const mach_msg_max_trailer_t full = trailer_of(*message, *port, size, peeked.seqno);
  std::memcpy(trailer, &full, size);
  trailer_size = size;
  return KERN_SUCCESS;
}

}  // namespace portunus::hosted
