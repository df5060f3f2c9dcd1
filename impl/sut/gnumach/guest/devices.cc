#include "impl/sut/gnumach/guest/devices.h"

#include <cstring>

namespace portunus::guest {
namespace {

constexpr std::uint16_t debug_console = 0xe9;
constexpr std::uint16_t debug_exit = 0x501;
constexpr std::uint16_t firmware_select = 0x510;  // and the data port behind it
constexpr std::uint16_t firmware_data = 0x511;
constexpr std::uint16_t firmware_directory = 0x19;

bool open_ports(gnumach::Name device_master, std::uint16_t from, std::uint16_t to) {
  gnumach::Name permission = gnumach::null_name;
  return gnumach::kernel_i386_io_perm_create(device_master, from, to, &permission) == 0 &&
         gnumach::kernel_i386_io_perm_modify(gnumach::kernel_task_self(), permission, 1) == 0;
}

void select(std::uint16_t item) {
  asm volatile("outw %0, %1" ::"a"(item), "d"(firmware_select));
}

void read_data(void* to, std::size_t size) {
  asm volatile("rep insb" : "+D"(to), "+c"(size) : "d"(firmware_data) : "memory");
}

// What the directory has for each file; numbers are big-endian.
struct DirectoryEntry {
  unsigned char size[4];
  unsigned char item[2];
  unsigned char reserved[2];
  char name[56];
};

std::uint32_t big_endian(const unsigned char* bytes, int count) {
  std::uint32_t number = 0;
  for (int at = 0; at < count; ++at) number = number << 8 | bytes[at];
  return number;
}

}  // namespace

bool open_devices(gnumach::Name device_master) {
  return open_ports(device_master, debug_console, debug_console) &&
         open_ports(device_master, debug_exit, debug_exit) &&
         open_ports(device_master, firmware_select, firmware_data);
}

std::string read_file(std::string_view name) {
  unsigned char count[4];
  select(firmware_directory);
  read_data(count, sizeof count);
  for (std::uint32_t left = big_endian(count, 4); left > 0; --left) {
    DirectoryEntry entry;
    read_data(&entry, sizeof entry);
    if (name != entry.name) continue;
    std::string text(big_endian(entry.size, 4), '\0');
    select(static_cast<std::uint16_t>(big_endian(entry.item, 2)));
    read_data(text.data(), text.size());
    return text;
  }
  return {};
}

void write_out(std::string_view bytes) {
  const char* from = bytes.data();
  std::size_t size = bytes.size();
  asm volatile("rep outsb" : "+S"(from), "+c"(size) : "d"(debug_console) : "memory");
}

void power_off(std::uint8_t status, gnumach::Name host) {
  asm volatile("outb %0, %1" ::"a"(status), "d"(debug_exit));
  gnumach::kernel_host_reboot(host, 0);
  for (;;) gnumach::kernel_thread_switch(gnumach::null_name, gnumach::wait_option, 1000);
}

}  // namespace portunus::guest
