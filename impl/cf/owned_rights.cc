#include "impl/cf/owned_rights.h"

#include "impl/cf/library.h"
#include "impl/cf/text.h"
#include "impl/fault/fault.h"

namespace portunus::cf {
namespace {

OwnedRights policy() {
  return library().edition.owned_rights;
}

void log_missing_record(std::string_view event, mach_port_t name) {
  Text text;
  text.add("CFMachPort: ").add(event).add(" for port 0x").hex(name).add(", which has no watch record");
  text.log(LogLevel::error);
}

}  // namespace

void OwnedRightsLedger::watch_armed(mach_port_t name) {
  if (policy() == OwnedRights::by_name && find(name) == nullptr) records_.push_back(Record{.name = name});
}

RightsAction OwnedRightsLedger::object_freed(mach_port_t name, Ownership ownership, bool cancelled) {
  if (policy() == OwnedRights::by_name) return freed_by_name(name, ownership.owns);
  if (!ownership.owns || !cancelled) return RightsAction::none;
  if (policy() == OwnedRights::afterwards) return RightsAction::later;
  return ownership.gone ? RightsAction::none : RightsAction::drop;
}

RightsAction OwnedRightsLedger::watch_cancelled(mach_port_t name, Ownership ownership, bool freed) {
  if (policy() == OwnedRights::by_name) return cancelled_by_name(name);
  if (!ownership.owns || !freed) return RightsAction::none;
  if (policy() == OwnedRights::afterwards) return RightsAction::later;
  return ownership.gone ? RightsAction::none : RightsAction::drop;
}

void OwnedRightsLedger::death_noticed(mach_port_t name) {
  if (policy() == OwnedRights::by_name && find(name) == nullptr) log_missing_record("death notice", name);
}

OwnedRightsLedger::Record* OwnedRightsLedger::find(mach_port_t name) {
  for (Record& record : records_) {
    if (record.name == name) return &record;
  }
  return nullptr;
}

// Observed 5i and f31: once a cancellation came first, the next release ends the record and leaves the
// rights; a cancellation after that finds none.
RightsAction OwnedRightsLedger::freed_by_name(mach_port_t name, bool owns) {
  Record* record = find(name);
  if (record == nullptr) return owns ? RightsAction::drop : RightsAction::none;
  if (record->cancelled) {
    records_.erase(record);
  } else {
    record->released = true;
    record->owned = owns;
  }
  return RightsAction::none;
}

RightsAction OwnedRightsLedger::cancelled_by_name(mach_port_t name) {
  Record* record = find(name);
  if (record == nullptr) {
    log_missing_record("cancellation", name);
    return RightsAction::none;
  }
  if (!record->released) {
    record->cancelled = true;
    return RightsAction::none;
  }
  const bool owned = record->owned;
  records_.erase(record);
  return owned ? RightsAction::drop : RightsAction::none;
}

void drop_owned_rights(mach_port_t name) {
  mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
  if (!fault::is(fault::Id::send_right_left)) mach_port_deallocate(mach_task_self(), name);
}

void drop_owned_rights_separately(mach_port_t name) {
  if (!fault::is(fault::Id::send_right_left)) {
    mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_SEND, -1);
  }
  mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
}

}  // namespace portunus::cf
