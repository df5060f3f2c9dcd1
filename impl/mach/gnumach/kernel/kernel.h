// GNU Mach as it is: its traps, and those of its remote procedure calls that we use, with its own numbers.
// Its headers have the names of Darwin's, so no file can include both; this one includes neither, and
// declarations_check.cc holds it against them. Source: facts gnumach 2 to 10.
#pragma once

#include <cstdint>

// A name that Darwin's headers have too, for another layout.
struct mach_port_status;

extern "C" {

namespace portunus::gnumach {

using Name = std::uint32_t;
using Code = std::int32_t;

inline constexpr Name null_name = 0;
inline constexpr Name dead_name = ~Name{0};

// ---- Messages (facts gnumach 6)
// ----------------------------------------------------------------------------

struct MessageHeader {
  std::uint32_t bits;  // remote disposition | local disposition << 8 | complex
  std::uint32_t size;
  Name remote;
  Name local;
  std::uint32_t seqno;
  std::int32_t id;
};

// Describes what stands behind it in a body: `number` items of `size` bits each, or a pointer to them.
struct TypeWord {
  std::uint32_t name : 8;
  std::uint32_t size : 8;
  std::uint32_t number : 12;
  std::uint32_t inline_data : 1;
  std::uint32_t longform : 1;
  std::uint32_t deallocate : 1;
  std::uint32_t unused : 1;
};

// With `longform` set, the word's own name, size and number are not used, but these.
struct LongType {
  TypeWord word;
  std::uint16_t name;
  std::uint16_t size;
  std::uint32_t number;
};

enum Option : std::uint32_t {
  send_option = 0x1,
  receive_option = 0x2,
  send_timeout_option = 0x10,
  receive_timeout_option = 0x100,
  receive_large_option = 0x800,
};

// Names of types in a body and, of rights, in a header too. Rights have come to who holds them as one of the
// three.
enum BodyType : std::uint8_t {
  byte_type = 9,
  name_type = 15,
  port_receive_type = 16,
  port_send_type = 17,
  port_send_once_type = 18,
};

// ---- Rights, and what else has a number
// --------------------------------------------------------------------

enum Right : std::uint32_t { send_right, receive_right, send_once_right, set_right, dead_right };

struct PortStatus {
  Name set;
  std::uint32_t seqno, mscount, qlimit, msgcount, send_once_rights;
  std::int32_t send_rights, port_destroyed_request, no_senders_request;
};

struct TimeValue {
  std::int32_t seconds, microseconds;
};

struct ThreadInfo {
  TimeValue user_time, system_time;
  std::int32_t cpu_usage, base_priority, priority, run_state, flags, suspend_count, sleep_time;
  TimeValue creation_time;
};
inline constexpr std::int32_t basic_info = 1;
inline constexpr std::uint32_t basic_info_words = sizeof(ThreadInfo) / sizeof(std::int32_t);
inline constexpr std::int32_t waiting_state = 3;

struct Registers {
  std::uint32_t gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, eip, cs, efl, uesp, ss;
};
inline constexpr std::int32_t registers_flavor = 5;
inline constexpr std::uint32_t registers_words = sizeof(Registers) / sizeof(std::uint32_t);

inline constexpr std::int32_t exception_port = 3;  // of a task's special ports
inline constexpr std::int32_t share_inheritance = 0;
inline constexpr std::int32_t wait_option = 2;  // of thread_switch
inline constexpr std::uint32_t page_size = 4096;

// ---- Traps (facts gnumach 5), in start.S
// -------------------------------------------------------------------

Code kernel_mach_msg(MessageHeader* message, std::uint32_t options, std::uint32_t send_size,
                     std::uint32_t receive_size, Name receive, std::uint32_t milliseconds, Name notify);
Name kernel_reply_port();
Name kernel_thread_self();
Name kernel_task_self();
Name kernel_host_self();
Code kernel_print(const char* text);
// Gives the processor to another thread that can run; false if there is none.
std::int32_t kernel_switch(std::int32_t priority);
Code kernel_thread_switch(Name thread, std::int32_t option, std::int32_t milliseconds);
Code kernel_insert_right(Name task, Name name, Name right, std::uint32_t disposition);

// ---- Remote procedure calls: stubs made by MIG
// -------------------------------------------------------------

Code kernel_mach_port_names(Name task, Name** names, std::uint32_t* name_count, std::uint32_t** types,
                            std::uint32_t* type_count);
Code kernel_mach_port_type(Name task, Name name, std::uint32_t* type);
Code kernel_mach_port_rename(Name task, Name old_name, Name new_name);
Code kernel_mach_port_allocate_name(Name task, std::uint32_t right, Name name);
Code kernel_mach_port_allocate(Name task, std::uint32_t right, Name* name);
Code kernel_mach_port_destroy(Name task, Name name);
Code kernel_mach_port_deallocate(Name task, Name name);
Code kernel_mach_port_get_refs(Name task, Name name, std::uint32_t right, std::uint32_t* references);
Code kernel_mach_port_mod_refs(Name task, Name name, std::uint32_t right, std::int32_t delta);
Code kernel_mach_port_set_qlimit(Name task, Name name, std::uint32_t limit);
Code kernel_mach_port_set_mscount(Name task, Name name, std::uint32_t count);
Code kernel_mach_port_set_seqno(Name task, Name name, std::uint32_t seqno);
Code kernel_mach_port_move_member(Name task, Name member, Name set);
Code kernel_mach_port_request_notification(Name task, Name name, std::int32_t id, std::uint32_t sync,
                                           Name notify, std::uint32_t disposition, Name* previous);
Code kernel_mach_port_extract_right(Name task, Name name, std::uint32_t disposition, Name* right,
                                    std::uint32_t* type);
Code kernel_mach_port_get_receive_status(Name task, Name name, ::mach_port_status* status);
inline Code kernel_receive_status(Name task, Name name, PortStatus& status) {
  return kernel_mach_port_get_receive_status(task, name, reinterpret_cast<::mach_port_status*>(&status));
}

Code kernel_task_create(Name task, std::int32_t inherit, Name* child);
Code kernel_task_terminate(Name task);
Code kernel_task_threads(Name task, Name** threads, std::uint32_t* count);
Code kernel_task_set_special_port(Name task, std::int32_t which, Name port);
Code kernel_thread_create(Name task, Name* thread);
Code kernel_thread_terminate(Name thread);
Code kernel_thread_resume(Name thread);
Code kernel_thread_get_state(Name thread, std::int32_t flavor, std::uint32_t* state, std::uint32_t* words);
Code kernel_thread_set_state(Name thread, std::int32_t flavor, std::uint32_t* state, std::uint32_t words);
Code kernel_thread_info(Name thread, std::int32_t flavor, std::int32_t* info, std::uint32_t* words);
Code kernel_vm_allocate(Name task, std::uintptr_t* address, std::uintptr_t size, std::int32_t anywhere);
Code kernel_vm_deallocate(Name task, std::uintptr_t address, std::uintptr_t size);
Code kernel_vm_inherit(Name task, std::uintptr_t address, std::uintptr_t size, std::int32_t inheritance);

Code kernel_gsync_wait(Name task, std::uintptr_t address, std::uint32_t value, std::uint32_t value2,
                       std::uint32_t milliseconds, std::int32_t flags);
Code kernel_gsync_wake(Name task, std::uintptr_t address, std::uint32_t value, std::int32_t flags);
Code kernel_host_kernel_version(Name host, char version[512]);
Code kernel_host_reboot(Name host, std::int32_t options);
Code kernel_i386_io_perm_create(Name device, std::uint16_t from, std::uint16_t to, Name* permission);
Code kernel_i386_io_perm_modify(Name task, Name permission, std::int32_t enable);

}  // namespace portunus::gnumach
}
