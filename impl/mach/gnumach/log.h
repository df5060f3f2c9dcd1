// Where seam::log goes.
#pragma once

namespace portunus::gnumach {

// Called on the thread that logs. No function: nowhere.
struct LogSink {
  void (*function)(void* context, int level, const char* text) = nullptr;
  void* context = nullptr;
};

void set_log(const LogSink& sink);
void write_log(int level, const char* text);

}  // namespace portunus::gnumach
