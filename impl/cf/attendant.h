// Attendants: what a run loop calls of its own accord. Observers and timers are attendants; here stands what
// they have in common. An attendant is in one run loop at a time, in any number of its modes.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <cstddef>
#include <string_view>

#include "impl/cf/atomic.h"
#include "impl/cf/runtime.h"
#include "impl/cf/text.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

struct Attendant : Instance {
  explicit Attendant(const Class& the_class) : Instance(the_class) {}

  // Set when the object is made, and never changed. What the client gave, but for the info.
  CFIndex order = 0;
  CFIndex context_version = 0;
  const void* (*retain_info)(const void*) = nullptr;
  void (*release_info)(const void*) = nullptr;
  CFStringRef (*copy_info_description)(const void*) = nullptr;

  Atomic<bool> valid = true;
  Atomic<bool> called = false;  // its callout runs: a run nested in it passes the attendant over

  // `lock` guards the rest. Lock order: a run loop's lock may be held when an attendant's is taken, never the
  // other way round.
  mutable seam::Mutex lock;
  void* info = nullptr;         // what retain_info gave back; null once it was released
  CFRunLoopRef loop = nullptr;  // one reference; null while the attendant is in none
  std::size_t places = 0;       // in how many modes, the loop's common items counted as one more
};

// Takes over a client's context, which may be null, and retains its info.
template <class Context>
void attendant_take_context(Attendant* attendant, const Context* context) {
  if (context == nullptr) return;
  attendant->context_version = context->version;
  attendant->retain_info = context->retain;
  attendant->release_info = context->release;
  attendant->copy_info_description = context->copyDescription;
  attendant->info = context->info;
  if (context->retain != nullptr) attendant->info = const_cast<void*>(context->retain(context->info));
}

void* attendant_info(const Attendant* attendant);

template <class Context>
void attendant_give_context(const Attendant* attendant, Context* context) {
  *context = Context{.version = attendant->context_version,
                     .info = attendant_info(attendant),
                     .retain = attendant->retain_info,
                     .release = attendant->release_info,
                     .copyDescription = attendant->copy_info_description};
}

// Counts one more place of `loop`. False, and nothing done, when the attendant is invalid or in another loop.
bool attendant_joins(Attendant* attendant, CFRunLoopRef loop);
// One less. The caller holds a reference to the loop of its own.
void attendant_leaves(Attendant* attendant);

// Ends the valid state, takes the attendant out of its modes, then releases the info. No lock is held, and
// the caller holds a reference. Nothing is done for one that is invalid.
void attendant_invalidate(Attendant* attendant);
// What an attendant still has when the last reference goes: the info, if it was never invalidated.
void attendant_finalize(Attendant* attendant);

// `<NAME 0x… [0x…]>{valid = Yes, order = 0, `; what the type has to add follows, then attendant_end_text().
void attendant_begin_text(Text& text, std::string_view name, const Attendant* attendant);
// `context = …}`, in the client's words where it has some. The client's function is called with no lock held.
void attendant_end_text(Text& text, const Attendant* attendant);

}  // namespace portunus::cf
