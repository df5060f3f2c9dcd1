#include "impl/sut/gnumach/image.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

namespace portunus::gnumach {
namespace {

constexpr const char* target = "portunus_gnumach";

// Held by one process at a time; the kernel gives it back when the process ends.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& file)
      : file_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    while (file_ >= 0 && flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Lock() {
    if (file_ >= 0) close(file_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  bool held() const { return file_ >= 0; }

 private:
  int file_;
};

// Runs the command with both its streams in `log`; its exit status, or -1 if it did not come to one.
int run_logged(const std::vector<std::string>& words, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t process = -1;
  const int failed = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The last lines of a file that say something, in one.
std::string last_lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::array<std::string, 3> last;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line != last.back()) {
      std::move(last.begin() + 1, last.end(), last.begin());
      last.back() = line;
    }
  std::string words;
  for (const std::string& line : last)
    if (!line.empty()) words += (words.empty() ? "" : " / ") + line;
  return words;
}

}  // namespace

Image make_image(const std::filesystem::path& build) {
  Image image{.directory = build / "gnumach", .error = {}};
  std::error_code failed;
  std::filesystem::create_directories(image.directory, failed);
  const Lock lock(image.directory / "lock");
  if (!lock.held()) {
    image.error = image.directory.string() + ": no lock can be had there: " + std::strerror(errno);
    return image;
  }
  const std::filesystem::path log = image.directory / "build.log";
  const int status = run_logged({PORTUNUS_CMAKE, "--build", build.string(), "--target", target}, log);
  if (status == 0 && std::filesystem::exists(image.directory / "kernel") &&
      std::filesystem::exists(image.directory / "guest"))
    return image;
  image.error =
      std::string("the target ") + target + " could not be built; the whole output is in " + log.string();
  if (const std::string words = last_lines(log); !words.empty()) image.error += ", at its end: " + words;
  return image;
}

bool program_exists(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace portunus::gnumach
