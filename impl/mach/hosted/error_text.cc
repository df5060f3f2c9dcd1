// The call of <mach/mach_error.h>: texts in the manner of Darwin's, a place in brackets and a few words.
#include <mach/mach.h>

namespace portunus::hosted {
namespace {

struct Text {
  mach_error_t code;
  const char* text;
};

constexpr Text texts[] = {
    {KERN_SUCCESS, "(os/kern) successful"},
    {KERN_INVALID_ADDRESS, "(os/kern) invalid address"},
    {KERN_PROTECTION_FAILURE, "(os/kern) protection failure"},
    {KERN_NO_SPACE, "(os/kern) no space available"},
    {KERN_INVALID_ARGUMENT, "(os/kern) invalid argument"},
    {KERN_FAILURE, "(os/kern) failure"},
    {KERN_RESOURCE_SHORTAGE, "(os/kern) resource shortage"},
    {KERN_NOT_RECEIVER, "(os/kern) not receiver"},
    {KERN_NO_ACCESS, "(os/kern) no access"},
    {KERN_ALREADY_IN_SET, "(os/kern) already in set"},
    {KERN_NOT_IN_SET, "(os/kern) not in set"},
    {KERN_NAME_EXISTS, "(os/kern) name exists"},
    {KERN_ABORTED, "(os/kern) operation aborted"},
    {KERN_INVALID_NAME, "(os/kern) invalid name"},
    {KERN_INVALID_TASK, "(os/kern) invalid task"},
    {KERN_INVALID_RIGHT, "(os/kern) invalid right"},
    {KERN_INVALID_VALUE, "(os/kern) invalid value"},
    {KERN_UREFS_OVERFLOW, "(os/kern) urefs overflow"},
    {KERN_INVALID_CAPABILITY, "(os/kern) invalid capability"},
    {KERN_RIGHT_EXISTS, "(os/kern) right exists"},
    {KERN_INVALID_HOST, "(os/kern) invalid host"},
    {KERN_TERMINATED, "(os/kern) object terminated"},
    {KERN_NOT_SUPPORTED, "(os/kern) not supported"},
    {KERN_NOT_WAITING, "(os/kern) not waiting"},
    {KERN_OPERATION_TIMED_OUT, "(os/kern) operation timed out"},
    {KERN_DENIED, "(os/kern) denied"},
    {MACH_SEND_INVALID_DATA, "(ipc/send) invalid data"},
    {MACH_SEND_INVALID_DEST, "(ipc/send) invalid destination port"},
    {MACH_SEND_TIMED_OUT, "(ipc/send) timed out"},
    {MACH_SEND_INVALID_VOUCHER, "(ipc/send) invalid voucher"},
    {MACH_SEND_INTERRUPTED, "(ipc/send) interrupted"},
    {MACH_SEND_MSG_TOO_SMALL, "(ipc/send) message too small"},
    {MACH_SEND_INVALID_REPLY, "(ipc/send) invalid reply port"},
    {MACH_SEND_INVALID_RIGHT, "(ipc/send) invalid port right"},
    {MACH_SEND_INVALID_NOTIFY, "(ipc/send) invalid notify port"},
    {MACH_SEND_INVALID_MEMORY, "(ipc/send) invalid memory"},
    {MACH_SEND_NO_BUFFER, "(ipc/send) no message buffer"},
    {MACH_SEND_TOO_LARGE, "(ipc/send) message too large"},
    {MACH_SEND_INVALID_TYPE, "(ipc/send) invalid descriptor type"},
    {MACH_SEND_INVALID_HEADER, "(ipc/send) invalid header"},
    {MACH_RCV_INVALID_NAME, "(ipc/rcv) invalid name"},
    {MACH_RCV_TIMED_OUT, "(ipc/rcv) timed out"},
    {MACH_RCV_TOO_LARGE, "(ipc/rcv) message too large"},
    {MACH_RCV_INTERRUPTED, "(ipc/rcv) interrupted"},
    {MACH_RCV_PORT_CHANGED, "(ipc/rcv) port changed"},
    {MACH_RCV_INVALID_DATA, "(ipc/rcv) invalid data"},
    {MACH_RCV_PORT_DIED, "(ipc/rcv) port died"},
    {MACH_RCV_IN_SET, "(ipc/rcv) port in set"},
    {MACH_RCV_HEADER_ERROR, "(ipc/rcv) header error"},
    {MACH_RCV_BODY_ERROR, "(ipc/rcv) body error"},
};

const char* text_of(mach_error_t code) {
  for (const Text& text : texts) {
    if (text.code == code) return text.text;
  }
  if (err_get_system(code) == err_get_system(err_kern)) return "unknown error code";
  return err_get_system(code) == err_get_system(err_mach_ipc) ? "(ipc/?) unknown error code"
                                                              : "unknown error system";
}

}  // namespace
}  // namespace portunus::hosted

extern "C" char* mach_error_string(mach_error_t error_value) {
  // Darwin's type promises nothing to those who write into it.
  return const_cast<char*>(portunus::hosted::text_of(error_value));
}
