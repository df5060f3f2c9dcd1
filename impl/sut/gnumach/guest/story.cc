#include "impl/sut/gnumach/guest/story.h"

#include <algorithm>
#include <string>

#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/mach/gnumach/mutex.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus::guest {

constinit Story story;

namespace {

// Apart from the Story, so that it takes no room in the program's file.
alignas(4096) char story_text[Story::capacity];

bool share(const void* begin, std::size_t size) {
  return gnumach::kernel_vm_inherit(gnumach::kernel_task_self(), reinterpret_cast<std::uintptr_t>(begin),
                                    size, gnumach::share_inheritance) == 0;
}

}  // namespace

bool share_story() {
  return share(&story, sizeof story) && share(story_text, sizeof story_text);
}

void Story::clear() {
  word_ = gnumach::unlocked_word;
  committed_.store(0);
  lines_.store(0);
  last_thread_.store(limits::threads);
  finished_.store(false);
  flooded_.store(false);
}

bool Story::take(const Label& label) {
  const std::string line = print(label) + '\n';
  const gnumach::WordLock lock(word_);
  const std::uint32_t at = committed_.load(std::memory_order_relaxed);
  const bool room = lines_.load() + 1 < limits::events && line.size() <= capacity - at;
  if (room) {
    std::ranges::copy(line, story_text + at);
    committed_.store(at + static_cast<std::uint32_t>(line.size()), std::memory_order_release);
    lines_.fetch_add(1);
    last_thread_.store(label.thread);
  } else {
    flooded_.store(true);
  }
  return room;
}

std::string_view Story::text() const {
  const std::string_view told(story_text, std::min(committed_.load(std::memory_order_acquire), capacity));
  return told.substr(0, told.rfind('\n') + 1);
}

ThreadId Story::last_thread(ThreadId otherwise) const {
  const ThreadId thread = last_thread_.load();
  return thread < limits::threads ? thread : otherwise;
}

}  // namespace portunus::guest
