// Scripts of Mach alone on the real kernel: what the layer makes of it, and where the kernel differs.
#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>

#include "impl/sut/gnumach/gnumach_sut.h"
#include "impl/sut/gnumach/image.h"
#include "model/vocabulary/text.h"

namespace portunus::gnumach {
namespace {

struct Row {
  const char* what;
  const char* script;
  std::initializer_list<const char*> events;  // that stand somewhere, one right behind the other
};

const Row kRows[] = {
    {"a received send-once right has a name that nobody had before",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n"
     "N2, N3 = mach_msg_send_rights(N0, MAKE_SEND, null, null, N1, MOVE_SEND_ONCE, 1, 0ms)\n"
     "N4, N5 = mach_msg_receive(N0, 52, false, 0ms)\n"
     "mach_port_type(N1)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 1, 40, N0, null, null, MOVE_SEND_ONCE, N5, -, 0",
      "T0 call mach_port_type(N1)", "T0 return mach_port_type = KERN_INVALID_NAME, -"}},
    {"so has a received receive right",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "N2, N3 = mach_msg_send_rights(N0, MAKE_SEND, null, null, N1, MOVE_RECEIVE, 1, 0ms)\n"
     "N4, N5 = mach_msg_receive(N0, 52, false, 0ms)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 1, 40, N0, null, null, MOVE_RECEIVE, N5, -, 0"}},
    {"and a reply right that came back",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_set_attributes(N0, 0)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n"
     "N2, N3 = mach_msg_send_rights(N0, MAKE_SEND, N1, MOVE_SEND_ONCE, null, null, 1, 0ms)\n"
     "mach_port_type(N1)\n",
     {"T0 return mach_msg_send_rights = MACH_SEND_TIMED_OUT, N2, -", "T0 call mach_port_type(N1)",
      "T0 return mach_port_type = KERN_INVALID_NAME, -"}},
    {"a right that was there already keeps its name",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_insert_right(N0, N0, MAKE_SEND)\n"
     "N1, N2 = mach_msg_send_rights(N0, MAKE_SEND, N0, COPY_SEND, N0, COPY_SEND, 1, 0ms)\n"
     "N3, N4 = mach_msg_receive(N0, 52, false, 0ms)\n"
     "mach_port_get_refs(N0, SEND)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 1, 40, N0, MOVE_SEND, N0, MOVE_SEND, N0, -, 0",
      "T0 call mach_port_get_refs(N0, SEND)", "T0 return mach_port_get_refs = KERN_SUCCESS, 3"}},
    {"a buffer has to have room for Darwin's form of a body",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1, N2 = mach_msg_send_rights(N0, MAKE_SEND, null, null, N0, MAKE_SEND, 1, 0ms)\n"
     "N3, N4 = mach_msg_receive(N0, 51, true, 0ms)\n"
     "N5, N6 = mach_msg_receive(N0, 52, true, 0ms)\n",
     {"T0 return mach_msg_receive = MACH_RCV_TOO_LARGE, -, 40, -, -, -, -, -, -, -",
      "T0 call N5, N6 = mach_msg_receive(N0, 52, true, 0ms)",
      "T0 return mach_msg_receive = KERN_SUCCESS, 1, 40, N0, null, null, MOVE_SEND, N0, -, 0"}},
    {"a right without a disposition is refused",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1, N2 = mach_msg_send_rights(N0, MAKE_SEND, null, null, N0, null, 1, 0ms)\n",
     {"T0 return mach_msg_send_rights = MACH_SEND_INVALID_RIGHT, -, -"}},
    {"a port is in several sets, until its receive right leaves",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(PORT_SET)\n"
     "N2 = mach_port_allocate(PORT_SET)\n"
     "N3 = mach_port_allocate(RECEIVE)\n"
     "mach_port_insert_member(N0, N1)\n"
     "mach_port_insert_member(N0, N2)\n"
     "mach_port_get_set_status(N2)\n"
     "N4, N5 = mach_msg_send_rights(N3, MAKE_SEND, null, null, N0, MOVE_RECEIVE, 1, 0ms)\n"
     "mach_port_get_set_status(N2)\n",
     {"T0 return mach_port_get_set_status = KERN_SUCCESS, 1, N0, -, -, -, -, -, -, -",
      "T0 call N4, N5 = mach_msg_send_rights(N3, MAKE_SEND, null, null, N0, MOVE_RECEIVE, 1, 0ms)",
      "T0 return mach_msg_send_rights = KERN_SUCCESS, -, -", "T0 call mach_port_get_set_status(N2)",
      "T0 return mach_port_get_set_status = KERN_SUCCESS, 0, -, -, -, -, -, -, -, -"}},
    {"it leaves them too where it comes back, and where it goes to its own name",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(PORT_SET)\n"
     "N2 = mach_port_allocate(RECEIVE)\n"
     "mach_port_insert_right(N0, N0, MAKE_SEND)\n"
     "mach_port_insert_member(N0, N1)\n"
     "mach_port_insert_member(N2, N1)\n"
     "mach_port_insert_right(N2, N2, MOVE_RECEIVE)\n"
     "mach_port_set_attributes(N2, 0)\n"
     "N3, N4 = mach_msg_send_rights(N2, MAKE_SEND, null, null, N0, MOVE_RECEIVE, 1, 0ms)\n"
     "mach_port_get_set_status(N1)\n",
     {"T0 return mach_msg_send_rights = MACH_SEND_TIMED_OUT, null, N0",
      "T0 call mach_port_get_set_status(N1)",
      "T0 return mach_port_get_set_status = KERN_SUCCESS, 0, -, -, -, -, -, -, -, -"}},
    {"a port's status",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_set_seqno(N0, 7)\n"
     "mach_port_set_mscount(N0, 4)\n"
     "mach_msg_send(N0, MAKE_SEND, 1, 24, 0ms)\n"
     "mach_port_get_attributes(N0)\n",
     {"T0 return mach_port_get_attributes = KERN_SUCCESS, false, 7, 5, 5, 1, 0, true, false, false"}},
    {"the kernel's own: no set is deallocated",
     "N0 = mach_port_allocate(PORT_SET)\n"
     "mach_port_deallocate(N0)\n",
     {"T0 return mach_port_deallocate = KERN_INVALID_RIGHT"}},
    {"the kernel's own: a port-destroyed request is replaced",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_request_notification(N0, PORT_DESTROYED, 0, N0, MAKE_SEND_ONCE)\n"
     "N2 = mach_port_request_notification(N0, PORT_DESTROYED, 0, N0, MAKE_SEND_ONCE)\n",
     {"T0 return mach_port_request_notification = KERN_SUCCESS, N2"}},
};

std::vector<Script> scripts() {
  std::vector<Script> all;
  for (const Row& row : kRows) {
    const auto script = parse_script("portunus-script 1\nmain T0\n" + std::string(row.script) + "end\n");
    REQUIRE_MESSAGE(script.value.has_value(), row.what);
    all.push_back(*script.value);
  }
  return all;
}

std::vector<std::string> printed(const Trace& trace) {
  std::vector<std::string> events;
  events.reserve(trace.events.size());
  for (const Label& label : trace.events) events.push_back(print(label));
  return events;
}

std::string joined(const std::vector<std::string>& events) {
  std::string text = "\n";
  for (const std::string& event : events) text += event + "\n";
  return text;
}

TEST_CASE("scripts of Mach on the real kernel, the same each time") {
  const Image image = make_image(PORTUNUS_BUILD);
  if (image.error.find("cannot be downloaded") != std::string::npos) {
    MESSAGE(image.error);
    return;
  }
  REQUIRE_MESSAGE(image.error.empty(), image.error);
  GnumachOptions options;
  options.machine.image = image.directory;
  GnumachSut sut(options);
  REQUIRE(sut.begin() == "");
  const std::vector<Trace> first = sut.execute_all(scripts());
  const std::vector<Trace> second = sut.execute_all(scripts());
  REQUIRE(first.size() == std::size(kRows));
  for (std::size_t at = 0; at < first.size(); ++at) {
    CAPTURE(kRows[at].what);
    const std::vector<std::string> events = printed(first[at]);
    INFO(joined(events));
    CHECK(std::search(events.begin(), events.end(), kRows[at].events.begin(), kRows[at].events.end()) !=
          events.end());
    CHECK(events.back() == "T0 quiescent");
    CHECK(printed(second[at]) == events);
  }
}

}  // namespace
}  // namespace portunus::gnumach
