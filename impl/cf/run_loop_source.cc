#include "impl/cf/run_loop_source.h"

#include "impl/cf/run_loop.h"
#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

using Source = __CFRunLoopSource;

const Source& source_of(const Instance* instance) {
  return *static_cast<const Source*>(instance);
}

void finalize_source(Instance* instance) {
  auto* source = static_cast<Source*>(instance);
  if (source->context.release != nullptr) source->context.release(source->context.info);
  source->~Source();
}

// As run loops compare them (facts cfmachport 4).
bool equal_sources(const Instance* first, const Instance* second) {
  const Source& a = source_of(first);
  const Source& b = source_of(second);
  if (a.valid != b.valid || a.order != b.order) return false;
  if (a.context.perform != b.context.perform || a.context.equal != b.context.equal) return false;
  if (a.context.info == b.context.info) return true;
  return a.context.equal != nullptr && a.context.equal(a.context.info, b.context.info);
}

CFHashCode hash_source(const Instance* instance) {
  const CFRunLoopSourceContext1& context = source_of(instance).context;
  if (context.hash != nullptr) return context.hash(context.info);
  return static_cast<CFHashCode>(reinterpret_cast<std::uintptr_t>(context.info));
}

CFStringRef describe_source(const Instance* instance) {
  const Source& source = source_of(instance);
  const CFRunLoopSourceContext1& context = source.context;
  const CFStringRef info =
      context.copyDescription == nullptr ? nullptr : context.copyDescription(context.info);
  Text text;
  text.add("<CFRunLoopSource ").pointer(instance).add(" [").pointer(CFGetAllocator(instance));
  text.add("]>{signalled = No, valid = ").add(source.valid ? "Yes" : "No").add(", order = ");
  text.decimal(source.order).add(", context = ");
  if (info != nullptr) {
    text.add(info);
  } else {
    text.add("<CFRunLoopSource context ").pointer(context.info).add(">");
  }
  text.add("}");
  release_if(info);
  return text.copy_string();
}

Source::Membership* membership_in(CFRunLoopSourceRef source, CFRunLoopRef loop) {
  for (Source::Membership& membership : source->memberships) {
    if (membership.loop == loop) return &membership;
  }
  return nullptr;
}

// Ends the valid state, and takes the loops out that the source is in. False if it was invalid already.
bool end_validity(CFRunLoopSourceRef source, Vector<Source::Membership>& loops) {
  const seam::Lock lock(source->lock);
  if (!source->valid) return false;
  source->valid = false;
  for (const Source::Membership& membership : source->memberships) {
    loops.push_back({.loop = retain(membership.loop), .places = membership.places});
  }
  return true;
}

}  // namespace

constinit const Class run_loop_source_class = {.type = type_run_loop_source,
                                               .finalize = finalize_source,
                                               .equal = equal_sources,
                                               .hash = hash_source,
                                               .describe = describe_source};

mach_port_t port_of_source(CFRunLoopSourceRef source) {
  const CFRunLoopSourceContext1& context = source->context;
  return context.getPort == nullptr ? MACH_PORT_NULL : context.getPort(context.info);
}

bool source_joins(CFRunLoopSourceRef source, CFRunLoopRef loop) {
  const seam::Lock lock(source->lock);
  if (!source->valid) return false;
  if (Source::Membership* membership = membership_in(source, loop)) {
    ++membership->places;
  } else {
    source->memberships.push_back({.loop = retain(loop), .places = 1});
  }
  return true;
}

void source_leaves(CFRunLoopSourceRef source, CFRunLoopRef loop) {
  const seam::Lock lock(source->lock);
  Source::Membership* membership = membership_in(source, loop);
  if (--membership->places != 0) return;
  source->memberships.erase(membership);
  CFRelease(loop);
}

void perform_source(CFRunLoopSourceRef source, mach_msg_header_t* message) {
  const CFRunLoopSourceContext1& context = source->context;
  if (context.perform == nullptr) return;
  void* reply = context.perform(message, static_cast<CFIndex>(message->msgh_size), kCFAllocatorSystemDefault,
                                context.info);
  if (reply == nullptr) return;
  auto* header = static_cast<mach_msg_header_t*>(reply);
  if (mach_msg(header, MACH_SEND_MSG, header->msgh_size, 0, MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE,
               MACH_PORT_NULL) != MACH_MSG_SUCCESS) {
    mach_msg_destroy(header);
  }
  CFAllocatorDeallocate(kCFAllocatorSystemDefault, reply);
}

}  // namespace portunus::cf

using namespace portunus::cf;

CFTypeID CFRunLoopSourceGetTypeID() {
  return type_run_loop_source;
}

CFRunLoopSourceRef CFRunLoopSourceCreate(CFAllocatorRef allocator, CFIndex order,
                                         CFRunLoopSourceContext* context) {
  if (context->version != 1) return nullptr;
  auto* source = create_instance<Source>(allocator);
  if (source == nullptr) return nullptr;
  source->order = order;
  source->context = *reinterpret_cast<const CFRunLoopSourceContext1*>(context);
  if (source->context.retain != nullptr) {
    source->context.info = const_cast<void*>(source->context.retain(source->context.info));
  }
  return source;
}

CFIndex CFRunLoopSourceGetOrder(CFRunLoopSourceRef source) {
  return source->order;
}

Boolean CFRunLoopSourceIsValid(CFRunLoopSourceRef source) {
  return source->valid;
}

void CFRunLoopSourceGetContext(CFRunLoopSourceRef source, CFRunLoopSourceContext* context) {
  *reinterpret_cast<CFRunLoopSourceContext1*>(context) = source->context;
}

void CFRunLoopSourceInvalidate(CFRunLoopSourceRef source) {
  CFRetain(source);
  Vector<Source::Membership> loops;
  if (end_validity(source, loops)) {
    for (const Source::Membership& membership : loops) {
      run_loop_loses_source(membership.loop, source);
      CFRelease(membership.loop);
    }
  }
  CFRelease(source);
}
