#include "impl/mach/gnumach/notification.h"

#include <cstring>

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {
namespace {

constexpr NDR_record_t own_ndr = {.mig_vers = 0,
                                  .if_vers = 0,
                                  .reserved1 = 0,
                                  .mig_encoding = NDR_PROTOCOL_2_0,
                                  .int_rep = NDR_INT_LITTLE_ENDIAN,
                                  .char_rep = NDR_CHAR_ASCII,
                                  .float_rep = NDR_FLOAT_IEEE,
                                  .reserved2 = 0};

// One typed word behind a header: the kernel's notifications but send-once's, which is a header alone.
struct KernelNotification {
  MessageHeader header;
  TypeWord type;
  std::uint32_t word;
};

// A client's message with a notification's id is one only if it also describes its word as the kernel does.
bool describes(const TypeWord& type, std::uint32_t name) {
  return type.name == name && type.size == 32 && type.number == 1 && type.inline_data == 1 &&
         type.longform == 0;
}

// The dead-name, port-deleted and no-senders notifications differ in what the word is alone. (The
// port-destroyed one carries a right: it is a message with a body like any other.)
struct WordNotification {
  mach_msg_header_t header;
  NDR_record_t ndr;
  std::uint32_t word;
};
static_assert(sizeof(WordNotification) ==
              sizeof(mach_dead_name_notification_t) - sizeof(mach_msg_format_0_trailer_t));

constexpr std::uint32_t integer_type = 2;

bool write_word(mach_msg_header_t* message, mach_msg_size_t room, std::uint32_t word) {
  if (room < sizeof(WordNotification)) return false;
  auto* notification = reinterpret_cast<WordNotification*>(message);
  notification->ndr = own_ndr;
  notification->word = word;
  message->msgh_size = sizeof(WordNotification);
  return true;
}

}  // namespace

bool make_darwin_notification(mach_msg_header_t* message, mach_msg_size_t room) {
  KernelNotification notification;
  if (message->msgh_size != sizeof notification) return true;
  std::memcpy(&notification, message, sizeof notification);
  switch (message->msgh_id) {
    case MACH_NOTIFY_DEAD_NAME:
    case MACH_NOTIFY_PORT_DELETED:
      return !describes(notification.type, name_type) || write_word(message, room, notification.word);
    case MACH_NOTIFY_NO_SENDERS:
      return !describes(notification.type, integer_type) || write_word(message, room, notification.word);
    default:
      return true;
  }
}

}  // namespace portunus::gnumach
