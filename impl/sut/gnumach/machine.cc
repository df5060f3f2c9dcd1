#include "impl/sut/gnumach/machine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "impl/sut/confine.h"

namespace portunus::gnumach {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds nap(1);                // the guest tells single bytes; so they come by the hundred
constexpr std::size_t console_kept = 4096;    // bytes of the console's text
constexpr int console_reads = 16;             // at one go, so that a console that never ends holds nothing up
constexpr std::size_t last_lines = 3;         // lines of it that are quoted
constexpr std::string_view panic = "panic ";  // how the kernel begins its last line

// The emulator ends with twice what the guest writes to the exit device, and one: the guest writes 0.
constexpr int good_status = 1;

void sleep_for(milliseconds time) {
  poll(nullptr, 0, static_cast<int>(time.count()));
}

void close_file(int& file) {
  if (file >= 0) close(file);
  file = -1;
}

// Memory with these bytes, that reads like a file; -1 if there is none.
int file_of(std::string_view bytes) {
  int file = memfd_create("portunus-batch", MFD_CLOEXEC);
  while (file >= 0 && !bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      close_file(file);
    else
      bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  if (file >= 0) lseek(file, 0, SEEK_SET);
  return file;
}

// The command line of facts gnumach 3; what makes every run of a batch the same is in facts gnumach 11.
std::vector<std::string> command(const std::string& emulator, int shift) {
  return {emulator,
          "-machine",
          "isapc",
          "-cpu",
          "qemu32",
          "-m",
          "64",
          "-nodefaults",
          "-display",
          "none",
          "-no-reboot",
          "-icount",
          "shift=" + std::to_string(shift) + ",sleep=off",
          "-rtc",
          "base=2020-01-01T00:00:00,clock=vm",
          "-accel",
          "tcg,tb-size=64",
          "-kernel",
          "kernel",
          "-append",
          "console=com0 ide0=noprobe ide1=noprobe",
          "-initrd",
          "guest ${host-port} ${device-port} $(task-create) $(task-resume)",
          "-fw_cfg",
          "name=opt/portunus,file=/dev/stdin",
          "-debugcon",
          "file:/dev/stdout",
          "-serial",
          "file:/dev/stderr",
          "-device",
          "isa-debug-exit,iobase=0x501,iosize=1"};
}

// Reads what there is into `bytes`; 0 at the end of the stream, -1 where there is nothing yet.
ssize_t read_some(int file, std::string& bytes) {
  bytes.resize(std::size_t{64} << 10);
  ssize_t count;
  do count = read(file, bytes.data(), bytes.size());
  while (count < 0 && errno == EINTR);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return count;
}

}  // namespace

int clock_shift(std::uint64_t schedule) {
  constexpr std::array<int, 7> shifts = {7, 9, 5, 8, 6, 10, 4};
  return shifts[schedule % shifts.size()];
}

Machine::Machine(const MachineOptions& options, int shift, std::string_view batch)
    : watchdog_(options.watchdog) {
  start(options, shift, batch);
}

Machine::~Machine() {
  close_file(output_);
  close_file(console_);
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Machine::start(const MachineOptions& options, int shift, std::string_view batch) {
  std::vector<std::string> words = command(options.emulator, shift);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int input = file_of(batch), output[2] = {-1, -1}, console[2] = {-1, -1};
  const bool ready = input >= 0 && pipe2(output, O_CLOEXEC) == 0 && pipe2(console, O_CLOEXEC) == 0;
  const pid_t parent = getpid();
  if (ready) process_ = fork();
  if (process_ == 0) {
    confine(parent, options.memory_bytes);
    keep_streams(input, output[1], console[1]);
    if (chdir(options.image.c_str()) == 0) execvp(arguments[0], arguments.data());
    dprintf(STDERR_FILENO, "%s: %s\n", arguments[0], std::strerror(errno));
    _exit(127);
  }
  if (process_ < 0) console_text_ = std::string("no process: ") + std::strerror(errno);
  for (int* file : {&input, &output[1], &console[1]}) close_file(*file);
  output_ = output[0];
  console_ = console[0];
  for (const int file : {output_, console_})
    if (file >= 0) fcntl(file, F_SETFL, O_NONBLOCK);
}

Machine::Heard Machine::listen(std::string& bytes) {
  const Clock::time_point deadline = Clock::now() + watchdog_;
  for (;;) {
    // In this order: what the guest said before the kernel's panic is there when the panic is.
    hear_console();
    const ssize_t count = process_ > 0 ? read_some(output_, bytes) : 0;
    if (count > 0) return Heard::output;
    if (count == 0) return Heard::over;
    if (panicked_) return Heard::panic;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds::zero()) return Heard::silence;
    pollfd entries[] = {{.fd = output_, .events = POLLIN, .revents = 0},
                        {.fd = console_, .events = POLLIN, .revents = 0}};
    poll(entries, std::size(entries), static_cast<int>(left.count()));
    sleep_for(nap);
  }
}

bool Machine::ended_well() {
  int status = 0;
  for (const Clock::time_point deadline = Clock::now() + watchdog_;
       process_ > 0 && Clock::now() < deadline;) {
    hear_console();
    if (waitpid(process_, &status, WNOHANG) == process_)
      process_ = -1;
    else
      sleep_for(nap);
  }
  hear_console();
  return process_ < 0 && WIFEXITED(status) && WEXITSTATUS(status) == good_status;
}

void Machine::hear_console() {
  std::string bytes;
  for (int reads = 0; console_ >= 0 && reads < console_reads; ++reads) {
    const ssize_t count = read_some(console_, bytes);
    if (count < 0) return;
    if (count == 0) close_file(console_);
    const std::size_t known = console_text_.size() - std::min(console_text_.size(), panic.size());
    console_text_ += bytes;
    panicked_ = panicked_ || console_text_.find(panic, known) != std::string::npos;
    if (console_text_.size() > console_kept) console_text_.erase(0, console_text_.size() - console_kept);
  }
}

std::string Machine::last_words() const {
  std::vector<std::string> lines(1);
  for (const char byte : console_text_) {
    if (byte == '\n' && !lines.back().empty()) lines.emplace_back();
    if (byte >= ' ' && byte <= '~') lines.back() += byte;
  }
  if (lines.back().empty()) lines.pop_back();
  std::string words;
  for (std::size_t at = lines.size() - std::min(lines.size(), last_lines); at < lines.size(); ++at)
    words += (words.empty() ? "" : " / ") + lines[at];
  return words;
}

namespace {

Downfall downfall_of(Report::Sense sense) {
  return sense == Report::Sense::flood ? Downfall::flood : Downfall::garbage;
}

Downfall listen_to_its_end(Machine& machine, Report& report) {
  for (std::string bytes;;) {
    switch (machine.listen(bytes)) {
      case Machine::Heard::output:
        if (const Report::Sense sense = report.take(bytes); sense != Report::Sense::good)
          return downfall_of(sense);
        break;
      case Machine::Heard::over:
        return machine.ended_well() && report.ended() ? Downfall::none : Downfall::died;
      case Machine::Heard::panic:
        return Downfall::panic;
      case Machine::Heard::silence:
        return Downfall::silence;
    }
  }
}

}  // namespace

Boot boot(const MachineOptions& options, int shift, std::string_view batch, std::size_t scripts) {
  Boot boot{.report = Report(scripts), .downfall = Downfall::none, .last_words = {}};
  Machine machine(options, shift, batch);
  boot.downfall = listen_to_its_end(machine, boot.report);
  boot.last_words = machine.last_words();
  return boot;
}

}  // namespace portunus::gnumach
