#include "impl/cf/message.h"

#include "impl/mach/seam.h"

namespace portunus::cf {
namespace {

constexpr mach_msg_option_t receive_options = MACH_RCV_MSG | MACH_RCV_LARGE |
                                              MACH_RCV_TRAILER_TYPE(MACH_MSG_TRAILER_FORMAT_0) |
                                              MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AV);

}  // namespace

Message::~Message() {
  seam::deallocate(heap_);
}

mach_msg_header_t* Message::header() {
  return static_cast<mach_msg_header_t*>(heap_ != nullptr ? heap_ : stack_);
}

// A message that is too large stays in its queue, where another thread may take it before the next try: so
// each try begins anew, with what is left of the time.
bool Message::receive(mach_port_t from, const Deadline& deadline) {
  for (;;) {
    const mach_msg_option_t timed = deadline.is_never() ? 0 : MACH_RCV_TIMEOUT;
    const mach_msg_timeout_t timeout =
        deadline.is_never() ? MACH_MSG_TIMEOUT_NONE : deadline.milliseconds_left();
    const mach_msg_return_t result =
        mach_msg(header(), receive_options | timed, 0, size_, from, timeout, MACH_PORT_NULL);
    switch (result) {
      case MACH_MSG_SUCCESS:
        return true;
      case MACH_RCV_TIMED_OUT:
        if (deadline.passed()) return false;
        break;
      case MACH_RCV_TOO_LARGE:
        grow(header()->msgh_size + MAX_TRAILER_SIZE);
        break;
      case MACH_RCV_INTERRUPTED:
        break;
      default:
        seam::trap();  // the set is the loop's own, and lives: nothing else can be wrong
    }
  }
}

void Message::grow(mach_msg_size_t size) {
  void* larger = seam::allocate(size);
  if (larger == nullptr) seam::trap();
  seam::deallocate(heap_);
  heap_ = larger;
  size_ = size;
}

}  // namespace portunus::cf
