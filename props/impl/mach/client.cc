#include "props/impl/mach/client.h"

#include <mach/mk_timer.h>

namespace portunus::props {
namespace {

constexpr mach_port_context_t guard_word = 7;

void give_back(const void* address, std::size_t size) {
  vm_deallocate(mach_task_self(), reinterpret_cast<vm_address_t>(address), size);
}

}  // namespace

void Client::act() {
  switch (below(16)) {
    case 0:
      return allocate();
    case 1:
    case 2:
      return move_rights();
    case 3:
      return count();
    case 4:
      return end_something();
    case 5:
      return request();
    case 6:
      return arrange();
    case 7:
      return tell();
    case 8:
      return guard();
    case 9:
      return use_semaphore();
    case 10:
      return use_timer();
    case 11:
    case 12:
    case 13:
      return send_something();
    default:
      return receive_something();
  }
}

std::vector<Name> Client::all_names() {
  mach_port_name_array_t names = nullptr;
  mach_port_type_array_t types = nullptr;
  mach_msg_type_number_t count = 0;
  mach_port_names(mach_task_self(), &names, &count, &types, &count);
  std::vector<Name> found;
  for (unsigned index = 0; index < count; ++index) {
    if (names[index] != mach_task_self()) found.push_back(names[index]);
  }
  give_back(names, count * sizeof *names);
  give_back(types, count * sizeof *types);
  return found;
}

void Client::end_everything() {
  // Ends send notifications, and those hold rights: again until there is no name left.
  for (std::vector<Name> names = all_names(); !names.empty(); names = all_names()) {
    for (const Name name : names) {
      mach_port_unguard(mach_task_self(), name, guard_word);
      mach_port_destroy(mach_task_self(), name);
    }
  }
}

Name Client::name() {
  if (names_.empty() || below(20) == 0) return below(2) == 0 ? MACH_PORT_NULL : MACH_PORT_DEAD;
  return names_[below(static_cast<unsigned>(names_.size()))];
}

task_t Client::task() {
  if (tasks_.empty() || below(4) != 0) return mach_task_self();
  return tasks_[below(static_cast<unsigned>(tasks_.size()))];
}

void Client::know(Name name) {
  if (MACH_PORT_VALID(name) && name != mach_task_self()) names_.push_back(name);
}

void Client::allocate() {
  Name made = MACH_PORT_NULL;
  switch (below(8)) {
    case 0:
      mach_port_allocate(task(), MACH_PORT_RIGHT_PORT_SET, &made);
      break;
    case 1:
      mach_port_allocate(task(), MACH_PORT_RIGHT_DEAD_NAME, &made);
      break;
    case 2: {
      mach_port_options_t options = {};
      options.flags = below(64) & ~static_cast<unsigned>(MPO_QLIMIT);
      mach_port_construct(task(), &options, guard_word, &made);
      break;
    }
    default:
      mach_port_allocate(task(), MACH_PORT_RIGHT_RECEIVE, &made);
  }
  know(made);
}

void Client::move_rights() {
  const Name same = name();
  Name extracted = MACH_PORT_NULL;
  mach_msg_type_name_t type = 0;
  switch (below(4)) {
    case 0:
      mach_port_insert_right(task(), name(), name(), disposition());
      break;
    case 1:
      mach_port_extract_right(task(), name(), disposition(), &extracted, &type);
      know(extracted);
      break;
    default:
      mach_port_insert_right(mach_task_self(), same, same, MACH_MSG_TYPE_MAKE_SEND);
  }
}

void Client::count() {
  mach_port_mod_refs(task(), name(), below(6), static_cast<int>(below(6)) - 3);
}

void Client::end_something() {
  switch (below(5)) {
    case 0:
      mach_port_destroy(task(), name());
      break;
    case 1:
      mach_port_destruct(task(), name(), -static_cast<int>(below(3)), guard_word);
      break;
    default:
      mach_port_deallocate(task(), name());
  }
}

void Client::request() {
  constexpr mach_msg_id_t ids[] = {MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_SEND_POSSIBLE, MACH_NOTIFY_NO_SENDERS,
                                   MACH_NOTIFY_PORT_DESTROYED};
  Name previous = MACH_PORT_NULL;
  mach_port_request_notification(task(), name(), ids[below(4)], below(2), name(),
                                 MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous);
  know(previous);
}

void Client::arrange() {
  switch (below(3)) {
    case 0:
      mach_port_insert_member(task(), name(), name());
      break;
    case 1:
      mach_port_extract_member(task(), name(), name());
      break;
    default:
      mach_port_move_member(task(), name(), name());
  }
}

void Client::tell() {
  mach_port_limits_t limits = {.mpl_qlimit = below(4)};
  switch (below(3)) {
    case 0:
      mach_port_set_mscount(task(), name(), below(3));
      break;
    case 1:
      mach_port_set_seqno(task(), name(), below(3));
      break;
    default:
      mach_port_set_attributes(task(), name(), MACH_PORT_LIMITS_INFO,
                               reinterpret_cast<mach_port_info_t>(&limits), MACH_PORT_LIMITS_INFO_COUNT);
  }
}

void Client::guard() {
  if (below(2) == 0) {
    mach_port_guard(task(), name(), guard_word, static_cast<int>(below(2)));
  } else {
    mach_port_unguard(task(), name(), guard_word);
  }
}

void Client::fill(Letter& letter) {
  static const char text[64] = {};
  for (unsigned descriptors = below(3); descriptors != 0; --descriptors) {
    switch (below(6)) {
      case 0:
        letter.add_memory(text, below(65));
        break;
      case 1:
        letter.add_array({name(), name()}, disposition());
        break;
      case 2:
        letter.add_guarded(name(), guard_word, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE);
        break;
      default:
        letter.add_port(name(), disposition());
    }
  }
}

void Client::send_something() {
  Letter letter(name());
  const bool reply = below(2) == 0;
  letter.header().msgh_bits =
      MACH_MSGH_BITS(disposition(), reply ? disposition() : 0) | MACH_MSGH_BITS_COMPLEX;
  if (reply) letter.header().msgh_local_port = name();
  fill(letter);
  const mach_msg_option_t option = MACH_SEND_TIMEOUT | (below(2) == 0 ? MACH_SEND_NOTIFY : 0);
  if (letter.send(option, 0, below(3)) == MACH_SEND_TIMED_OUT) open(letter);
}

void Client::receive_something() {
  Letter letter;
  const mach_msg_option_t option = below(2) == 0 ? MACH_RCV_GUARDED_DESC : 0;
  if (letter.receive(name(), option, below(3)) != MACH_MSG_SUCCESS) return;
  if (below(2) == 0) {
    mach_msg_destroy(&letter.header());
  } else {
    open(letter);
  }
}

void Client::open(Letter& letter) {
  know(letter.header().msgh_remote_port);
  if (!MACH_MSGH_BITS_IS_COMPLEX(letter.header().msgh_bits)) return;
  std::size_t offset = 0;
  for (unsigned left = letter.base().body.msgh_descriptor_count; left != 0; --left) {
    switch (letter.at<mach_msg_type_descriptor_t>(offset).type) {
      case MACH_MSG_PORT_DESCRIPTOR:
        know(letter.at<mach_msg_port_descriptor_t>(offset).name);
        offset += sizeof(mach_msg_port_descriptor_t);
        break;
      case MACH_MSG_GUARDED_PORT_DESCRIPTOR: {
        const auto port = letter.at<mach_msg_guarded_port_descriptor_t>(offset);
        mach_port_unguard(mach_task_self(), port.name, port.context);
        know(port.name);
        offset += sizeof port;
        break;
      }
      case MACH_MSG_OOL_PORTS_DESCRIPTOR: {
        const auto array = letter.at<mach_msg_ool_ports_descriptor_t>(offset);
        for (unsigned index = 0; index < array.count; ++index) know(static_cast<Name*>(array.address)[index]);
        give_back(array.address, array.count * sizeof(Name));
        offset += sizeof array;
        break;
      }
      default: {
        const auto memory = letter.at<mach_msg_ool_descriptor_t>(offset);
        give_back(memory.address, memory.size);
        offset += sizeof memory;
      }
    }
  }
}

void Client::use_semaphore() {
  semaphore_t made = SEMAPHORE_NULL;
  switch (below(5)) {
    case 0:
      semaphore_create(task(), &made, SYNC_POLICY_FIFO, static_cast<int>(below(2)));
      know(made);
      break;
    case 1:
      semaphore_destroy(task(), name());
      break;
    case 2:
      semaphore_signal_all(name());
      break;
    case 3:
      semaphore_timedwait_signal(name(), name(), {0, 1'000'000});
      break;
    default:
      semaphore_signal(name());
  }
}

void Client::use_timer() {
  switch (below(4)) {
    case 0:
      know(mk_timer_create());
      break;
    case 1:
      mk_timer_cancel(name(), nullptr);
      break;
    default:
      mk_timer_arm(name(), mach_absolute_time() + below(3) * 500'000);
  }
}

}  // namespace portunus::props
