#include "impl/sut/channel.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"

namespace portunus {

Channel* Channel::make() {
  void* memory = mmap(nullptr, sizeof(Channel), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Channel;
}

void Channel::unmap(Channel* channel) {
  munmap(channel, sizeof(Channel));
}

bool Channel::take(const Label& label) {
  if (lines_ == limits::events) return false;
  std::string line = print(label);
  line += '\n';
  if (!append(line)) {
    lines_ = limits::events;
    return false;
  }
  return ++lines_ < limits::events;
}

bool Channel::append(std::string_view text) {
  const std::uint32_t committed = committed_.load(std::memory_order_relaxed);
  if (text.size() > capacity - committed) return false;
  std::memcpy(text_ + committed, text.data(), text.size());
  committed_.store(committed + static_cast<std::uint32_t>(text.size()), std::memory_order_release);
  return true;
}

void Channel::clear() {
  committed_.store(0);
  dying_thread_.store(0xff);
  lines_ = 0;
}

std::string_view Channel::text() const {
  return {text_, std::min<std::size_t>(committed_.load(std::memory_order_acquire), capacity)};
}

}  // namespace portunus
