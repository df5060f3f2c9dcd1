#include "impl/mach/hosted/guard.h"

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/names.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

constexpr std::uint32_t privileged_flags = MPO_FILTER_MSG | MPO_TG_BLOCK_TRACKING;
constexpr std::uint32_t known_flags = MPO_CONTEXT_AS_GUARD | MPO_QLIMIT | MPO_TEMPOWNER |
                                      MPO_IMPORTANCE_RECEIVER | MPO_INSERT_SEND_RIGHT | MPO_STRICT |
                                      MPO_DENAP_RECEIVER | MPO_IMMOVABLE_RECEIVE | privileged_flags;

kern_return_t check_options(const mach_port_options_t& options) {
  if ((options.flags & ~known_flags) != 0) return KERN_INVALID_ARGUMENT;
  if ((options.flags & privileged_flags) != 0) return KERN_DENIED;
  const bool limited = (options.flags & MPO_QLIMIT) != 0;
  return limited && options.mpl.mpl_qlimit > MACH_PORT_QLIMIT_MAX ? KERN_INVALID_VALUE : KERN_SUCCESS;
}

void apply_options(Port& port, const mach_port_options_t& options, mach_port_context_t context) {
  const auto has = [&](std::uint32_t flag) { return (options.flags & flag) != 0; };
  port.guard.context = context;
  port.guard.guarded = has(MPO_CONTEXT_AS_GUARD);
  port.guard.strict = has(MPO_CONTEXT_AS_GUARD) && has(MPO_STRICT);
  port.guard.immovable = has(MPO_IMMOVABLE_RECEIVE);
  if (has(MPO_QLIMIT)) port.queue.limit = options.mpl.mpl_qlimit;
  if (has(MPO_TEMPOWNER)) port.hints |= MACH_PORT_STATUS_FLAG_TEMPOWNER;
  if (has(MPO_IMPORTANCE_RECEIVER)) port.hints |= MACH_PORT_STATUS_FLAG_IMP_DONATION;
}

}  // namespace

kern_return_t get_context(Space& space, mach_port_name_t name, mach_port_context_t& context) {
  const auto [code, port] = find_received(space, name);
  if (code == KERN_SUCCESS) context = port->guard.strict ? 0 : port->guard.context;
  return code;
}

kern_return_t set_context(Space& space, mach_port_name_t name, mach_port_context_t context) {
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  if (port->guard.strict) return KERN_INVALID_ARGUMENT;
  port->guard.context = context;
  return KERN_SUCCESS;
}

kern_return_t guard(Space& space, mach_port_name_t name, mach_port_context_t context, bool strict) {
  if (!MACH_PORT_VALID(name)) return KERN_INVALID_NAME;
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  if (port->guard.guarded || port->guard.context != 0) return KERN_INVALID_ARGUMENT;
  port->guard = Guard{.context = context, .guarded = true, .strict = strict};
  return KERN_SUCCESS;
}

kern_return_t unguard(Space& space, mach_port_name_t name, mach_port_context_t context) {
  if (!MACH_PORT_VALID(name)) return KERN_INVALID_NAME;
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  if (!port->guard.guarded || port->guard.context != context) return KERN_INVALID_ARGUMENT;
  port->guard = Guard{};
  return KERN_SUCCESS;
}

kern_return_t construct(Kernel& kernel, Space& space, const mach_port_options_t& options,
                        mach_port_context_t context, mach_port_name_t& name) {
  kern_return_t code = check_options(options);
  if (code == KERN_SUCCESS) code = allocate(kernel, space, MACH_PORT_RIGHT_RECEIVE, name);
  if (code != KERN_SUCCESS) return code;
  apply_options(*space.find(name)->port, options, context);
  if ((options.flags & MPO_INSERT_SEND_RIGHT) == 0) return KERN_SUCCESS;
  return insert_right(kernel, space, space, name, name, MACH_MSG_TYPE_MAKE_SEND);
}

kern_return_t destruct(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_delta_t delta,
                       mach_port_context_t context) {
  if (!MACH_PORT_VALID(name)) return KERN_INVALID_NAME;
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return code;
  const bool sends = (space.find(name)->type & MACH_PORT_TYPE_SEND) != 0;
  if (delta != 0 && !sends) return KERN_INVALID_RIGHT;
  if (delta > 0) return KERN_INVALID_VALUE;
  if (port->guard.guarded && port->guard.context != context) return KERN_INVALID_ARGUMENT;
  if (delta != 0) {
    const kern_return_t changed = modify_references(kernel, space, name, MACH_PORT_RIGHT_SEND, delta);
    if (changed != KERN_SUCCESS) return changed;
  }
  port->guard = Guard{};
  return modify_references(kernel, space, name, MACH_PORT_RIGHT_RECEIVE, -1);
}

}  // namespace portunus::hosted
