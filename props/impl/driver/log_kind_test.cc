#include "impl/driver/log_kind.h"

#include <doctest/doctest.h>

namespace portunus::driver {
namespace {

TEST_CASE("a log line is known by its phrase, whatever stands around it") {
  CHECK(classify_log("*** port 0x1 does not have any send rights. This is not going to work.") ==
        LogKind::no_send_rights);
  CHECK(classify_log("attempt to set invalidation callback (0x1) on invalid CFMachPort (0x2) thwarted") ==
        LogKind::thwarted);
  CHECK(classify_log("bad Mach port parameter (0x1) or unsupported mysterious kind of Mach port (0, 0)") ==
        LogKind::bad_port);
  CHECK(classify_log("a source of a port without a receive right") == LogKind::no_receive_right);
  CHECK(classify_log("a message came, and its source is gone") == LogKind::source_gone);
  CHECK(classify_log("the source gone for port 0x1") == LogKind::source_gone);
  CHECK(classify_log("the common modes cannot be run") == LogKind::common_modes_run);
  CHECK(classify_log("invalid mode \"kCFRunLoopCommonModes\"") == LogKind::common_modes_run);
  CHECK(classify_log("no watch record for port 0x1") == LogKind::watch_record);
  CHECK(classify_log("the weather is fine") == LogKind::other);
  CHECK(classify_log("") == LogKind::other);
}

TEST_CASE("a text with two phrases is about the refusal, not about what it lacks") {
  CHECK(classify_log("thwarted: it has no send rights") == LogKind::thwarted);
}

TEST_CASE("levels are those of ASL") {
  CHECK(log_level(0) == LogLevel::error);
  CHECK(log_level(3) == LogLevel::error);
  CHECK(log_level(4) == LogLevel::warning);
  CHECK(log_level(5) == LogLevel::info);
  CHECK(log_level(6) == LogLevel::info);
  CHECK(log_level(7) == LogLevel::debug);
}

}  // namespace
}  // namespace portunus::driver
