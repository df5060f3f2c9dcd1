// Creation: how a port object comes into being, or an existing one is found (facts cfmachport 1 to 3).
#include "impl/cf/invalidation.h"
#include "impl/cf/library.h"
#include "impl/cf/mach_port.h"
#include "impl/cf/text.h"
#include "impl/fault/fault.h"

namespace portunus::cf {
namespace {

// What a caller asks for.
struct Wish {
  CFAllocatorRef allocator;
  mach_port_t name;
  mach_port_type_t type;  // of the name, before anything else happened
  CFMachPortCallBack callout;
  const CFMachPortContext* context;
  bool owns;  // the name's two rights go to the object
};

struct Outcome {
  CFMachPortRef port = nullptr;  // retained for the caller
  bool made = false;             // for this caller, with its callout and context
};

// Whether an object can be made for the name. Says why not only when it denotes something that is no port.
// The name is looked at under the registry's lock: where ctx.retain runs under that, too, it may not even
// ask.
bool is_wrappable(mach_port_t name, mach_port_type_t& type) {
  kern_return_t result;
  {
    const seam::Lock lock(library().registry.lock);
    type = 0;
    result = mach_port_type(mach_task_self(), name, &type);
  }
  if (result != KERN_SUCCESS || (type & MACH_PORT_TYPE_DEAD_NAME) != 0) return false;
  if ((type & MACH_PORT_TYPE_PORT_RIGHTS) != 0) return true;
  Text text;
  text.add("CFMachPortCreateWithPort(): bad Mach port parameter (0x").hex(name);
  text.add(") or unsupported mysterious kind of Mach port (").decimal(result).add(", 0x").hex(type).add(")");
  text.log(LogLevel::error);
  return false;
}

// ---- Parts of the way -------------------------------------------------------------------------------------

// A registered object answers the wish; the wish's callout and context are not looked at. The registry's lock
// is held.
Outcome answer_with(CFMachPortRef port, const Wish& wish) {
  if (wish.owns) library().watch.own(port->watch);
  return Outcome{.port = retain(port)};
}

// Allocates the object and retains the info for it. Null when the allocator gives no memory.
CFMachPortRef make(const Wish& wish) {
  auto* port = create_instance<MachPort>(wish.allocator);
  if (port == nullptr) return nullptr;
  port->name = wish.name;
  port->callout = wish.callout;
  if (wish.context == nullptr) return port;
  port->has_context = true;
  port->context = *wish.context;
  port->info = wish.context->info;
  if (wish.context->retain != nullptr) port->info = const_cast<void*>(wish.context->retain(port->info));
  return port;
}

// Undoes make(). An info that was not retained is still the caller's, who is told to free it.
void unmake(CFMachPortRef port) {
  if (port->context.retain != nullptr) release_info_of(port, port->info);
  CFRelease(port);
}

// The registry's lock is held.
Outcome enroll(CFMachPortRef port, const Wish& wish) {
  registry_add(library().registry, port);
  port->watch = library().watch.add(wish.name, wish.type);
  if (wish.owns) library().watch.own(port->watch);
  return Outcome{.port = port, .made = true};
}

// ---- The ways, by what guards ctx.retain ------------------------------------------------------------------

// One critical section, with ctx.retain in it.
Outcome wrap_under_lock(const Wish& wish) {
  Registry& registry = library().registry;
  const seam::Lock lock(registry.lock);
  if (const CFMachPortRef hit = registry_find(registry, wish.name)) return answer_with(hit, wish);
  const CFMachPortRef port = make(wish);
  return port == nullptr ? Outcome{} : enroll(port, wish);
}

// Two critical sections, and what ctx.retain did between them is not looked at.
Outcome wrap_unlocked(const Wish& wish) {
  Registry& registry = library().registry;
  {
    const seam::Lock lock(registry.lock);
    if (const CFMachPortRef hit = registry_find(registry, wish.name)) return answer_with(hit, wish);
  }
  const CFMachPortRef port = make(wish);
  if (port == nullptr) return Outcome{};
  const seam::Lock lock(registry.lock);
  return enroll(port, wish);
}

// The second half of wrap_then_rescan: registers `port`, unless it is not wanted any more. The registry's
// lock is held.
Outcome enroll_if_wanted(CFMachPortRef port, const Wish& wish) {
  if (!denotes_port(wish.name)) return Outcome{};
  if (const CFMachPortRef hit = registry_find(library().registry, wish.name)) return answer_with(hit, wish);
  return enroll(port, wish);
}

// Two critical sections. An object that came into the registry between them wins, and a name that died
// between them is refused.
Outcome wrap_then_rescan(const Wish& wish) {
  Registry& registry = library().registry;
  {
    const seam::Lock lock(registry.lock);
    if (const CFMachPortRef hit = registry_find(registry, wish.name)) return answer_with(hit, wish);
  }
  const CFMachPortRef port = make(wish);
  if (port == nullptr) return Outcome{};
  Outcome outcome;
  {
    const seam::Lock lock(registry.lock);
    outcome = enroll_if_wanted(port, wish);
  }
  if (!outcome.made) unmake(port);
  return outcome;
}

Outcome wrap(const Wish& wish) {
  switch (library().edition.creation_retain) {
    case CreationRetain::unlocked:
      return wrap_unlocked(wish);
    case CreationRetain::under_lock:
      return wrap_under_lock(wish);
    case CreationRetain::then_rescan:
      return wrap_then_rescan(wish);
  }
  seam::trap();
}

// The name may have died by now. Then the caller gets NULL, but *should_free_info keeps what it was, and what
// was registered stays so, in the editions whose defect this is; in the others there is nothing left to undo.
CFMachPortRef hand_over(const Outcome& outcome, Boolean* should_free_info) {
  if (should_free_info != nullptr) *should_free_info = !outcome.made;
  if (outcome.port == nullptr || library().edition.failed_creation_undone) return outcome.port;
  if (CFMachPortIsValid(outcome.port)) return outcome.port;
  CFRelease(outcome.port);
  return nullptr;
}

}  // namespace
}  // namespace portunus::cf

using namespace portunus::cf;
namespace fault = portunus::fault;

CFMachPortRef CFMachPortCreateWithPort(CFAllocatorRef allocator, mach_port_t portNum,
                                       CFMachPortCallBack callout, CFMachPortContext* context,
                                       Boolean* shouldFreeInfo) {
  if (shouldFreeInfo != nullptr) *shouldFreeInfo = TRUE;
  Wish wish = {.allocator = allocator,
               .name = portNum,
               .type = 0,
               .callout = callout,
               .context = context,
               .owns = false};
  if (!is_wrappable(portNum, wish.type)) return nullptr;
  const Outcome outcome = wrap(wish);
  if (outcome.port != nullptr && !outcome.made && context != nullptr && context->retain != nullptr &&
      fault::is(fault::Id::hit_retains_info)) {
    context->retain(context->info);
  }
  return hand_over(outcome, shouldFreeInfo);
}

CFMachPortRef CFMachPortCreate(CFAllocatorRef allocator, CFMachPortCallBack callout,
                               CFMachPortContext* context, Boolean* shouldFreeInfo) {
  if (shouldFreeInfo != nullptr) *shouldFreeInfo = TRUE;
  mach_port_t name = MACH_PORT_NULL;
  if (mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name) != KERN_SUCCESS) return nullptr;
  if (mach_port_insert_right(mach_task_self(), name, name, MACH_MSG_TYPE_MAKE_SEND) != KERN_SUCCESS) {
    mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
    return nullptr;
  }
  const Wish wish = {.allocator = allocator,
                     .name = name,
                     .type = MACH_PORT_TYPE_SEND_RECEIVE,
                     .callout = callout,
                     .context = context,
                     .owns = true};
  const Outcome outcome = wrap(wish);
  if (outcome.port == nullptr) drop_owned_rights(name);
  return hand_over(outcome, shouldFreeInfo);
}
