#include "impl/driver/calls_mach.h"

#include <algorithm>

#include "impl/driver/calls_message.h"
#include "impl/driver/mach_words.h"
#include "impl/driver/play.h"

namespace portunus::driver {
namespace {

mach_port_right_t right(const Call& call, int place) {
  return mach_right(static_cast<Right>(call.number(place)));
}

void tell_code(Call& call, kern_return_t code) {
  call.result(0, kern_return_value(code));
}

// ---- Names and rights -----------------------------------------------------------------------------------

void name_allocate(Call& call) {
  mach_port_name_t name = MACH_PORT_NULL;
  const kern_return_t code = mach_port_allocate(mach_task_self(), right(call, 0), &name);
  tell_code(call, code);
  if (code == KERN_SUCCESS) return call.given_name(1, name, call.bind);
  call.made_no_name(1, call.bind);
}

void name_insert_right(Call& call) {
  const kern_return_t code = mach_port_insert_right(mach_task_self(), call.name(0), call.name(1),
                                                    mach_disposition(call.arguments[2]));
  tell_code(call, code);
  call.note_rights(1);
  if (code == KERN_SUCCESS) call.run.ledger.seen(call.arguments[0]);
}

void name_mod_refs(Call& call) {
  tell_code(call, mach_port_mod_refs(mach_task_self(), call.name(0), right(call, 1), call.number(2)));
  call.note_rights(0);
}

void name_deallocate(Call& call) {
  tell_code(call, mach_port_deallocate(mach_task_self(), call.name(0)));
  call.note_rights(0);
}

void name_destroy(Call& call) {
  tell_code(call, mach_port_destroy(mach_task_self(), call.name(0)));
  call.note_rights(0);
}

void name_type(Call& call) {
  mach_port_type_t bits = 0;
  const kern_return_t code = mach_port_type(mach_task_self(), call.name(0), &bits);
  tell_code(call, code);
  call.result(1, code == KERN_SUCCESS ? rights_value(bits) : make_value(Type::rights, Value::absent));
  if (code == KERN_INVALID_NAME && call.number(0) >= 0) call.run.ledger.gone(call.arguments[0]);
}

void name_get_refs(Call& call) {
  mach_port_urefs_t references = 0;
  const kern_return_t code = mach_port_get_refs(mach_task_self(), call.name(0), right(call, 1), &references);
  tell_code(call, code);
  call.result(1, code == KERN_SUCCESS ? integer_value(references) : make_value(Type::integer, Value::absent));
}

// Names that a kernel does not give out by itself before it has given out thousands: all have an index and,
// below it, bits that XNU wants to be set (facts mach-xnu 5, 9).
constexpr mach_port_name_t kUnusedIndex = 0x4000;
constexpr mach_port_name_t kNameBits = 3;

void name_unused(Call& call) {
  mach_port_name_t name = MACH_PORT_NULL;
  do {
    name = (kUnusedIndex + call.run.unused_names++) << 8 | kNameBits;
  } while (exists(name));
  call.given_name(0, name, call.bind);
}

void name_allocate_name(Call& call) {
  const kern_return_t code = mach_port_allocate_name(mach_task_self(), right(call, 0), call.name(1));
  tell_code(call, code);
  // A dead name gets a name of the kernel's choice (facts mach-xnu 5), which nobody is told.
  if (code == KERN_SUCCESS && exists(call.name(1))) call.run.ledger.seen(call.arguments[1]);
}

void name_extract_right(Call& call) {
  mach_port_t extracted = MACH_PORT_NULL;
  mach_msg_type_name_t disposition = 0;
  const kern_return_t code = mach_port_extract_right(
      mach_task_self(), call.name(0), mach_disposition(call.arguments[1]), &extracted, &disposition);
  tell_code(call, code);
  if (code == KERN_SUCCESS) {
    call.given_name(1, extracted, call.bind);
    call.result(2, disposition_value(disposition));
    call.note_rights(0);
  } else {
    call.made_no_name(1, call.bind);
    call.no_result(2);
  }
}

// ---- Sets -----------------------------------------------------------------------------------------------

void set_insert_member(Call& call) {
  tell_code(call, mach_port_insert_member(mach_task_self(), call.name(0), call.name(1)));
}
void set_extract_member(Call& call) {
  tell_code(call, mach_port_extract_member(mach_task_self(), call.name(0), call.name(1)));
}
void set_move_member(Call& call) {
  tell_code(call, mach_port_move_member(mach_task_self(), call.name(0), call.name(1)));
}

constexpr int kFirstMember = 2;  // of the results
constexpr int kMembers = 8;

void set_get_status(Call& call) {
  mach_port_name_array_t members = nullptr;
  mach_msg_type_number_t count = 0;
  const kern_return_t code = mach_port_get_set_status(mach_task_self(), call.name(0), &members, &count);
  tell_code(call, code);
  call.no_results(1, kFirstMember + kMembers);
  if (code != KERN_SUCCESS) return;
  call.result(1, integer_value(count));
  int place = kFirstMember;
  for (int index = 0; index < limits::names && place < kFirstMember + kMembers; ++index) {
    const mach_port_name_t name = call.run.handles.number(make_value(Type::name, index));
    if (std::find(members, members + count, name) != members + count) call.result(place++, index);
  }
  vm_deallocate(mach_task_self(), reinterpret_cast<vm_address_t>(members), count * sizeof *members);
}

// ---- Attributes and requests ----------------------------------------------------------------------------

void port_get_attributes(Call& call) {
  mach_port_status_t status = {};
  mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
  const kern_return_t code =
      mach_port_get_attributes(mach_task_self(), call.name(0), MACH_PORT_RECEIVE_STATUS,
                               reinterpret_cast<mach_port_info_t>(&status), &count);
  tell_code(call, code);
  if (code != KERN_SUCCESS) return call.no_results(1, call.row.result_count);
  call.result(1, status.mps_pset != 0);
  call.result(2, integer_value(status.mps_seqno));
  call.result(3, integer_value(status.mps_mscount));
  call.result(4, integer_value(status.mps_qlimit));
  call.result(5, integer_value(status.mps_msgcount));
  call.result(6, integer_value(status.mps_sorights));
  call.result(7, status.mps_srights != 0);
  call.result(8, status.mps_pdrequest != 0);
  call.result(9, status.mps_nsrequest != 0);
}

void port_set_attributes(Call& call) {
  mach_port_limits_t limits = {.mpl_qlimit = static_cast<mach_port_msgcount_t>(call.number(1))};
  tell_code(call, mach_port_set_attributes(mach_task_self(), call.name(0), MACH_PORT_LIMITS_INFO,
                                           reinterpret_cast<mach_port_info_t>(&limits),
                                           MACH_PORT_LIMITS_INFO_COUNT));
}

void port_set_mscount(Call& call) {
  const auto count = static_cast<mach_port_mscount_t>(call.number(1));
  tell_code(call, mach_port_set_mscount(mach_task_self(), call.name(0), count));
}

void port_set_seqno(Call& call) {
  const auto number = static_cast<mach_port_seqno_t>(call.number(1));
  tell_code(call, mach_port_set_seqno(mach_task_self(), call.name(0), number));
}

void name_request_notification(Call& call) {
  const auto notification = static_cast<Notification>(call.number(1));
  mach_port_t previous = MACH_PORT_NULL;
  const kern_return_t code =
      mach_port_request_notification(mach_task_self(), call.name(0), mach_notification(notification),
                                     static_cast<mach_port_mscount_t>(call.number(2)), call.name(3),
                                     mach_disposition(call.arguments[4]), &previous);
  tell_code(call, code);
  if (code == KERN_SUCCESS) return call.given_name(1, previous, call.bind);
  call.made_no_name(1, call.bind);
}

// ---- The table ------------------------------------------------------------------------------------------

constexpr Row kRows[] = {
    {Function::mach_port_allocate, name_allocate},
    {Function::mach_port_insert_right, name_insert_right, NameRule::ours},
    {Function::mach_port_mod_refs, name_mod_refs, NameRule::present},
    {Function::mach_port_deallocate, name_deallocate, NameRule::present},
    {Function::mach_port_destroy, name_destroy, NameRule::present},
    {Function::mach_port_type, name_type, NameRule::any, &Capabilities::kernel_probes},
    {Function::mach_port_get_refs, name_get_refs, NameRule::any, &Capabilities::kernel_probes},
    {Function::mach_msg_send, message_send, NameRule::ours, nullptr, message_send_fits},
    {Function::mach_port_unused_name, name_unused, NameRule::any, &Capabilities::kernel_probes},
    {Function::mach_port_allocate_name, name_allocate_name, NameRule::ours},
    {Function::mach_port_extract_right, name_extract_right, NameRule::ours},
    {Function::mach_port_insert_member, set_insert_member, NameRule::ours},
    {Function::mach_port_extract_member, set_extract_member, NameRule::ours},
    {Function::mach_port_move_member, set_move_member, NameRule::ours},
    {Function::mach_port_get_set_status, set_get_status, NameRule::ours},
    {Function::mach_port_get_attributes, port_get_attributes, NameRule::ours},
    {Function::mach_port_set_attributes, port_set_attributes, NameRule::ours},
    {Function::mach_port_set_mscount, port_set_mscount, NameRule::ours},
    {Function::mach_port_set_seqno, port_set_seqno, NameRule::ours},
    {Function::mach_port_request_notification, name_request_notification, NameRule::ours},
    {Function::mach_msg_send_rights, message_send_rights, NameRule::ours, nullptr, message_send_rights_fits},
    {Function::mach_msg_receive, message_receive, NameRule::ours, nullptr, message_receive_fits},
};
static_assert(rows_in_order(kRows, first_mach_function, last_mach_function));

}  // namespace

std::span<const Row> mach_rows() {
  return kRows;
}

}  // namespace portunus::driver
