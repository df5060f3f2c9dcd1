#include "impl/cf/run_loop_source.h"

#include "impl/cf/library.h"
#include "impl/cf/membership.h"
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

// Both are of the same version.
bool perform_alike(const Source& a, const Source& b) {
  return a.context.version == 0 ? a.context.perform == b.context.perform
                                : a.context1.perform == b.context1.perform;
}

// As run loops compare them (facts cfmachport 4).
bool equal_sources(const Instance* first, const Instance* second) {
  const Source& a = source_of(first);
  const Source& b = source_of(second);
  if (a.valid != b.valid || a.order != b.order) return false;
  if (a.context.version != b.context.version || !perform_alike(a, b)) return false;
  if (a.context.equal != b.context.equal) return false;
  if (a.context.info == b.context.info) return true;
  return a.context.equal != nullptr && a.context.equal(a.context.info, b.context.info);
}

CFHashCode hash_source(const Instance* instance) {
  const CFRunLoopSourceContext& context = source_of(instance).context;
  if (context.hash != nullptr) return context.hash(context.info);
  return static_cast<CFHashCode>(reinterpret_cast<std::uintptr_t>(context.info));
}

// The client's words for the info, or ours.
CFStringRef copy_info_description(const Source& source) {
  const CFRunLoopSourceContext& context = source.context;
  if (context.copyDescription != nullptr) {
    if (const CFStringRef words = context.copyDescription(context.info)) return words;
  }
  Text text;
  return text.add("<CFRunLoopSource context ").pointer(context.info).add(">").copy_string();
}

// The client's words come first: they may invalidate the source, and release it.
CFStringRef describe_source(const Instance* instance) {
  const Source& source = source_of(instance);
  const bool held = library().edition.description_retains;
  if (held) CFRetain(instance);
  const CFStringRef info = copy_info_description(source);
  Text text;
  text.add("<CFRunLoopSource ").pointer(instance).add(" [").pointer(CFGetAllocator(instance));
  text.add("]>{signalled = ").add(source.signalled ? "Yes" : "No");
  text.add(", valid = ").add(source.valid ? "Yes" : "No").add(", order = ").decimal(source.order);
  text.add(", context = ");
  if (info != nullptr) text.add(info);
  text.add("}");
  release_if(info);
  if (held) CFRelease(instance);
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
  source->signalled = false;
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
  const CFRunLoopSourceContext1& context = source->context1;
  if (context.version != 1 || context.getPort == nullptr) return MACH_PORT_NULL;
  return context.getPort(context.info);
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

void schedule_source(CFRunLoopSourceRef source, CFRunLoopRef loop, CFStringRef mode) {
  const CFRunLoopSourceContext& context = source->context;
  if (context.version == 0 && context.schedule != nullptr) context.schedule(context.info, loop, mode);
}

void cancel_source(CFRunLoopSourceRef source, CFRunLoopRef loop, CFStringRef mode) {
  const CFRunLoopSourceContext& context = source->context;
  if (context.version == 0 && context.cancel != nullptr) context.cancel(context.info, loop, mode);
}

bool perform_if_signalled(CFRunLoopSourceRef source) {
  const CFRunLoopSourceContext& context = source->context;
  if (context.version != 0 || !source->signalled.exchange(false)) return false;
  if (context.perform != nullptr) context.perform(context.info);
  return true;
}

// A signal means nothing to a source of version 1, but its next message ends it (facts cfmachport 12).
void perform_source(CFRunLoopSourceRef source, mach_msg_header_t* message) {
  source->signalled = false;
  const CFRunLoopSourceContext1& context = source->context1;
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
namespace seam = portunus::seam;

CFTypeID CFRunLoopSourceGetTypeID() {
  return type_run_loop_source;
}

CFRunLoopSourceRef CFRunLoopSourceCreate(CFAllocatorRef allocator, CFIndex order,
                                         CFRunLoopSourceContext* context) {
  if (context->version != 0 && context->version != 1) return nullptr;
  auto* source = create_instance<Source>(allocator);
  if (source == nullptr) return nullptr;
  source->order = order;
  if (context->version == 0) {
    source->context = *context;
  } else {
    source->context1 = *reinterpret_cast<const CFRunLoopSourceContext1*>(context);
  }
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
  if (source->context.version == 0) {
    *context = source->context;
  } else {
    *reinterpret_cast<CFRunLoopSourceContext1*>(context) = source->context1;
  }
}

void CFRunLoopSourceSignal(CFRunLoopSourceRef source) {
  const seam::Lock lock(source->lock);
  if (source->valid) source->signalled = true;
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
