#include "impl/cf/mach_port.h"

#include "impl/cf/delivery.h"
#include "impl/cf/invalidation.h"
#include "impl/cf/library.h"
#include "impl/cf/name.h"
#include "impl/cf/text.h"
#include "impl/fault/fault.h"

namespace portunus::cf {
namespace {

// What CFMachPortGetContext shows in place of the client's functions (facts cfmachport 1).
constexpr std::uint64_t retain_sentinel = 0xAAAAAAAAAACCCAAA;
constexpr std::uint64_t release_sentinel = 0xAAAAAAAAAABBBAAA;

const MachPort* port_of(const Instance* instance) {
  return static_cast<const MachPort*>(instance);
}

void finalize_port(Instance* instance) {
  const auto* port = static_cast<MachPort*>(instance);
  if (port->watch != nullptr) library().watch.object_freed(port->watch);
}

bool equal_ports(const Instance* first, const Instance* second) {
  return port_of(first)->name == port_of(second)->name;
}

CFHashCode hash_port(const Instance* instance) {
  return port_of(instance)->name;
}

// The client's words for the info, or ours. The port's lock is not held.
CFStringRef copy_info_description(CFMachPortRef port) {
  const void* info;
  {
    const PortLock lock(port);
    info = port->info;
  }
  if (info != nullptr && port->context.copyDescription != nullptr) {
    if (const CFStringRef words = port->context.copyDescription(info)) return words;
  }
  Text text;
  return text.add("<CFMachPort context ").pointer(info).add(">").copy_string();
}

CFStringRef describe_port(const Instance* instance) {
  const auto port = const_cast<CFMachPortRef>(port_of(instance));
  const bool held = library().edition.description_retains;
  if (held) CFRetain(port);
  const CFStringRef info = copy_info_description(port);
  Text text;
  text.add("<CFMachPort ").pointer(port).add(" [").pointer(CFGetAllocator(port)).add("]>{valid = ");
  text.add(port->state == State::ready ? "Yes" : "No").add(", port = ").hex(port->name);
  {
    const PortLock lock(port);
    text.add(", source = ").pointer(port->source);
  }
  // Symbols are not looked up: without one, CoreFoundation writes three question marks.
  text.add(", callout = ??? (").pointer(reinterpret_cast<const void*>(port->callout)).add("), context = ");
  if (info != nullptr) text.add(info);
  text.add("}");
  release_if(info);
  if (held) CFRelease(port);
  return text.copy_string();
}

// The client will never hear of the death of a port that it cannot send to (facts cfmachport 7).
void warn_without_send_right(CFMachPortRef port) {
  if ((type_of_name(port->name) & MACH_PORT_TYPE_SEND_RIGHTS) != 0) return;
  Text text;
  text.add("CFMachPortSetInvalidationCallBack(): port 0x").hex(port->name);
  text.add(" does not have any send rights, so the callback cannot be relied on").log(LogLevel::error);
}

void warn_thwarted(CFMachPortRef port, CFMachPortInvalidationCallBack callout) {
  Text text;
  text.add("CFMachPortSetInvalidationCallBack(): setting ").pointer(reinterpret_cast<const void*>(callout));
  text.add(" on the invalid CFMachPort ").pointer(port).add(" was thwarted: it has one already");
  text.log(LogLevel::warning);
}

// The source's context: it retains the port, and asks it for everything else.
const void* retain_info(const void* info) {
  return CFRetain(info);
}
void release_info(const void* info) {
  CFRelease(info);
}
mach_port_t port_for_source(void* info) {
  return CFMachPortGetPort(static_cast<CFMachPortRef>(info));
}

CFRunLoopSourceRef create_source(CFAllocatorRef allocator, CFMachPortRef port, CFIndex order) {
  CFRunLoopSourceContext1 context = {};
  context.version = 1;
  context.info = port;
  context.retain = retain_info;
  context.release = release_info;
  context.copyDescription = CFCopyDescription;
  context.equal = CFEqual;
  context.hash = CFHash;
  context.getPort = port_for_source;
  context.perform = deliver_message;
  return CFRunLoopSourceCreate(allocator, order, reinterpret_cast<CFRunLoopSourceContext*>(&context));
}

// Gives up a source that its client has invalidated. The port's lock is held.
void drop_invalid_source(CFMachPortRef port) {
  if (port->source == nullptr || CFRunLoopSourceIsValid(port->source)) return;
  const CFRunLoopSourceRef invalid = port->source;
  port->source = nullptr;
  CFRelease(invalid);
}

}  // namespace

constinit const Class mach_port_class = {.type = type_mach_port,
                                         .finalize = finalize_port,
                                         .equal = equal_ports,
                                         .hash = hash_port,
                                         .describe = describe_port};

bool denotes_port(mach_port_t name) {
  constexpr mach_port_type_t known = MACH_PORT_TYPE_PORT_RIGHTS | MACH_PORT_TYPE_DNREQUEST;
  const mach_port_type_t type = type_of_name(name);
  if (library().edition.other_type_bits_invalid && (type & ~known) != 0) return false;
  return (type & MACH_PORT_TYPE_PORT_RIGHTS) != 0;
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace fault = portunus::fault;

CFTypeID CFMachPortGetTypeID() {
  return type_mach_port;
}

mach_port_t CFMachPortGetPort(CFMachPortRef port) {
  return port->name;
}

Boolean CFMachPortIsValid(CFMachPortRef port) {
  return port->state == State::ready && denotes_port(port->name);
}

void CFMachPortGetContext(CFMachPortRef port, CFMachPortContext* context) {
  *context = CFMachPortContext{};
  if (!port->has_context) return;
  context->version = port->context.version;
  context->retain =
      reinterpret_cast<const void* (*)(const void*)>(static_cast<std::uintptr_t>(retain_sentinel));
  context->release = reinterpret_cast<void (*)(const void*)>(static_cast<std::uintptr_t>(release_sentinel));
  context->copyDescription = port->context.copyDescription;
  const PortLock lock(port);
  context->info = port->info;
}

CFMachPortInvalidationCallBack CFMachPortGetInvalidationCallBack(CFMachPortRef port) {
  const PortLock lock(port);
  return port->invalidation;
}

void CFMachPortSetInvalidationCallBack(CFMachPortRef port, CFMachPortInvalidationCallBack callout) {
  if (callout != nullptr) warn_without_send_right(port);
  bool thwarted;
  void* info;
  {
    const PortLock lock(port);
    thwarted = port->invalidation != nullptr;
    const bool stores_late = !thwarted && fault::is(fault::Id::late_callback_stored);
    if (port->state == State::ready || callout == nullptr || stores_late) {
      port->invalidation = callout;
      return;
    }
    info = port->info;
  }
  if (thwarted) {
    warn_thwarted(port, callout);
  } else {
    callout(port, info);
  }
}

CFRunLoopSourceRef CFMachPortCreateRunLoopSource(CFAllocatorRef allocator, CFMachPortRef port,
                                                 CFIndex order) {
  // Under one lock: of two threads that ask, one makes the source and both get it.
  const PortLock lock(port);
  if (!CFMachPortIsValid(port)) return nullptr;
  drop_invalid_source(port);
  if (port->source == nullptr) port->source = create_source(allocator, port, order);
  return port->source == nullptr ? nullptr : retain(port->source);
}

CFIndex CFMachPortGetQueuedMessageCount(CFMachPortRef port) {
  mach_port_status_t status;
  mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
  const kern_return_t result =
      mach_port_get_attributes(mach_task_self(), port->name, MACH_PORT_RECEIVE_STATUS,
                               reinterpret_cast<mach_port_info_t>(&status), &count);
  return result == KERN_SUCCESS ? static_cast<CFIndex>(status.mps_msgcount) : 0;
}
