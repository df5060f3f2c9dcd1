#include "impl/mach/gnumach/log.h"

namespace portunus::gnumach {
namespace {

LogSink log_sink;

}  // namespace

void set_log(const LogSink& sink) {
  log_sink = sink;
}

void write_log(int level, const char* text) {
  if (log_sink.function != nullptr) log_sink.function(log_sink.context, level, text);
}

}  // namespace portunus::gnumach
