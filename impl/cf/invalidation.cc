#include "impl/cf/invalidation.h"

#include "impl/cf/library.h"
#include "impl/cf/mach_port.h"
#include "impl/fault/fault.h"

namespace portunus::cf {
namespace {

void invalidate_source(CFRunLoopSourceRef source) {
  if (source == nullptr) return;
  CFRunLoopSourceInvalidate(source);
  CFRelease(source);
}

// Takes the info out, so that it is not to be had from the port any more.
void* take_info(CFMachPortRef port) {
  const PortLock lock(port);
  void* info = port->info;
  port->info = nullptr;
  return info;
}

}  // namespace

void release_info_of(CFMachPortRef port, const void* info) {
  if (port->context.release == nullptr) return;
  if (info == nullptr && !library().edition.null_info_released) return;
  port->context.release(info);
}

void finish_invalidation(CFMachPortRef port) {
  const bool cleared_before = library().edition.info_cleared_before_callback;
  CFMachPortInvalidationCallBack callout;
  CFRunLoopSourceRef source;
  void* info;
  {
    const PortLock lock(port);
    callout = port->invalidation;
    source = port->source;
    port->source = nullptr;
    info = port->info;
    if (cleared_before) port->info = nullptr;
  }
  const bool source_first = fault::is(fault::Id::source_before_callback);
  if (source_first) invalidate_source(source);
  if (callout != nullptr) callout(port, info);
  if (!source_first) invalidate_source(source);
  if (!cleared_before) info = take_info(port);
  release_info_of(port, info);
  port->state = State::invalid;
}

}  // namespace portunus::cf

using namespace portunus::cf;

// The registry's reference keeps the port alive to the end.
void CFMachPortInvalidate(CFMachPortRef port) {
  if (!registry_begin_invalidation(library().registry, port)) return;
  finish_invalidation(port);
  CFRelease(port);
}
