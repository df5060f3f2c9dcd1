#include "impl/cf/aftermath.h"

#include "impl/cf/run_loop_source.h"
#include "impl/cf/runtime.h"

namespace portunus::cf {
namespace {

CFRunLoopSourceRef source_of(CFTypeRef object) {
  return static_cast<CFRunLoopSourceRef>(const_cast<void*>(object));
}

}  // namespace

void Aftermath::release(CFTypeRef object) {
  steps_.push_back({.act = Act::release, .object = object, .mode = nullptr});
}

void Aftermath::joined(CFRunLoopSourceRef source, CFStringRef mode) {
  if (source->context.version != 0) return;
  steps_.push_back({.act = Act::schedule, .object = retain(source), .mode = retain(mode)});
}

void Aftermath::left(CFRunLoopSourceRef source, CFStringRef mode) {
  if (source->context.version != 0) return release(source);
  steps_.push_back({.act = Act::cancel, .object = source, .mode = retain(mode)});
}

Aftermath::~Aftermath() {
  for (const Step& step : steps_) {
    if (step.act == Act::schedule) schedule_source(source_of(step.object), loop_, step.mode);
    if (step.act == Act::cancel) cancel_source(source_of(step.object), loop_, step.mode);
    CFRelease(step.object);
    release_if(step.mode);
  }
}

}  // namespace portunus::cf
