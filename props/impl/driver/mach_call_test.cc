// The calls on Mach alone: what is recorded of each, on the hosted kernel, and how such a run ends.
#include <doctest/doctest.h>
#include <mach/mach.h>

#include "props/impl/driver/play.h"

namespace portunus::driver {
namespace {

// ---- What is recorded -----------------------------------------------------------------------------------

struct CallRow {
  const char* what;
  const char* script;
  std::initializer_list<std::string_view> events;  // that stand somewhere, one right behind the other
};

const CallRow kRows[] = {
    {"an unused name is a name, and stands for nothing yet",
     "N0 = mach_port_unused_name()\n"
     "mach_port_type(N0)\n",
     {"T0 return mach_port_unused_name = N0", "T0 call mach_port_type(N0)",
      "T0 return mach_port_type = KERN_INVALID_NAME, -"}},
    {"two unused names are two",
     "N0 = mach_port_unused_name()\n"
     "N1 = mach_port_unused_name()\n",
     {"T0 return mach_port_unused_name = N0", "T0 call N1 = mach_port_unused_name()",
      "T0 return mach_port_unused_name = N1"}},
    {"a name that the script chose",
     "N0 = mach_port_unused_name()\n"
     "mach_port_allocate_name(PORT_SET, N0)\n"
     "mach_port_type(N0)\n",
     {"T0 return mach_port_allocate_name = KERN_SUCCESS", "T0 call mach_port_type(N0)",
      "T0 return mach_port_type = KERN_SUCCESS, PORT_SET"}},
    {"a right put under a name that is free",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_unused_name()\n"
     "mach_port_insert_right(N1, N0, MAKE_SEND_ONCE)\n"
     "mach_port_type(N1)\n",
     {"T0 return mach_port_insert_right = KERN_SUCCESS", "T0 call mach_port_type(N1)",
      "T0 return mach_port_type = KERN_SUCCESS, SEND_ONCE"}},
    {"a right extracted, under a name of its own",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n",
     {"T0 call N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)",
      "T0 return mach_port_extract_right = KERN_SUCCESS, N1, MOVE_SEND_ONCE"}},
    {"a right extracted, under the port's own name",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND)\n"
     "mach_port_type(N1)\n",
     {"T0 return mach_port_extract_right = KERN_SUCCESS, N0, MOVE_SEND", "T0 call mach_port_type(N0)",
      "T0 return mach_port_type = KERN_SUCCESS, SEND|RECEIVE"}},
    {"an extraction without a disposition",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, null)\n",
     {"T0 return mach_port_extract_right = KERN_INVALID_VALUE, -, -"}},
    {"a set's members, in the order of their handles",
     "N0 = mach_port_allocate(PORT_SET)\n"
     "N1 = mach_port_unused_name()\n"
     "N2 = mach_port_allocate(RECEIVE)\n"
     "mach_port_allocate_name(RECEIVE, N1)\n"
     "mach_port_insert_member(N2, N0)\n"
     "mach_port_insert_member(N1, N0)\n"
     "mach_port_get_set_status(N0)\n",
     {"T0 return mach_port_get_set_status = KERN_SUCCESS, 2, N1, N2, -, -, -, -, -, -"}},
    {"a member taken out, and moved",
     "N0 = mach_port_allocate(PORT_SET)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "mach_port_move_member(N1, N0)\n"
     "mach_port_extract_member(N1, N0)\n"
     "mach_port_extract_member(N1, N0)\n",
     {"T0 return mach_port_move_member = KERN_SUCCESS", "T0 call mach_port_extract_member(N1, N0)",
      "T0 return mach_port_extract_member = KERN_SUCCESS", "T0 call mach_port_extract_member(N1, N0)",
      "T0 return mach_port_extract_member = KERN_NOT_IN_SET"}},
    {"what is no set has no members",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_get_set_status(N0)\n",
     {"T0 return mach_port_get_set_status = KERN_INVALID_RIGHT, -, -, -, -, -, -, -, -, -"}},
    {"a port's status is what was set and what has happened",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n"
     "N2 = mach_port_request_notification(N0, NO_SENDERS, 9, N0, MAKE_SEND_ONCE)\n"
     "mach_port_set_attributes(N0, 3)\n"
     "mach_port_set_seqno(N0, 7)\n"
     "mach_port_set_mscount(N0, 4)\n"
     "mach_msg_send(N0, MAKE_SEND, 1, 24, 0ms)\n"
     "mach_port_get_attributes(N0)\n",
     {"T0 return mach_port_get_attributes = KERN_SUCCESS, false, 7, 5, 3, 1, 2, true, false, true"}},
    {"a request gives the right that was registered before it",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_request_notification(N0, DEAD_NAME, 0, N0, MAKE_SEND_ONCE)\n"
     "N2 = mach_port_request_notification(N0, DEAD_NAME, 0, null, MAKE_SEND_ONCE)\n"
     "mach_port_type(N2)\n",
     {"T0 return mach_port_request_notification = KERN_SUCCESS, null",
      "T0 call N2 = mach_port_request_notification(N0, DEAD_NAME, 0, null, MAKE_SEND_ONCE)",
      "T0 return mach_port_request_notification = KERN_SUCCESS, N2", "T0 call mach_port_type(N2)",
      "T0 return mach_port_type = KERN_SUCCESS, SEND_ONCE"}},
    {"a message with a reply right and one in its body",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "N2, N3 = mach_msg_send_rights(N0, MAKE_SEND, N1, MAKE_SEND_ONCE, N1, MAKE_SEND, 41, 0ms)\n"
     "N4, N5 = mach_msg_receive(N0, 52, false, 0ms)\n"
     "mach_port_type(N5)\n",
     {"T0 return mach_msg_send_rights = KERN_SUCCESS, -, -",
      "T0 call N4, N5 = mach_msg_receive(N0, 52, false, 0ms)",
      "T0 return mach_msg_receive = KERN_SUCCESS, 41, 40, N0, MOVE_SEND_ONCE, N4, MOVE_SEND, N1, -, 0",
      "T0 call mach_port_type(N1)", "T0 return mach_port_type = KERN_SUCCESS, SEND|RECEIVE"}},
    {"a message without rights, of a member of a set",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(PORT_SET)\n"
     "mach_port_insert_member(N0, N1)\n"
     "mach_msg_send(N0, MAKE_SEND, 65, 36, 0ms)\n"
     "N2, N3 = mach_msg_receive(N1, 100, false, 0ms)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 65, 36, N0, null, null, -, -, -, 0"}},
    {"null and dead rights arrive as such",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1, N2 = mach_msg_send_rights(N0, MAKE_SEND, dead, COPY_SEND, null, COPY_SEND, 1, 0ms)\n"
     "N3, N4 = mach_msg_receive(N0, 100, false, 0ms)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 1, 40, N0, MOVE_SEND, dead, MOVE_SEND, null, -, 0"}},
    {"a message that did not find room comes back with its rights",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "mach_port_set_attributes(N0, 0)\n"
     "N2, N3 = mach_msg_send_rights(N0, MAKE_SEND, N1, MAKE_SEND_ONCE, N1, MAKE_SEND, 1, 0ms)\n"
     "mach_port_type(N2)\n",
     {"T0 return mach_msg_send_rights = MACH_SEND_TIMED_OUT, N2, N1", "T0 call mach_port_type(N2)",
      "T0 return mach_port_type = KERN_SUCCESS, SEND_ONCE"}},
    {"nothing to receive leaves the handles without names",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1, N2 = mach_msg_receive(N0, 100, false, 0ms)\n"
     "mach_port_type(N2)\n",
     {"T0 return mach_msg_receive = MACH_RCV_TIMED_OUT, -, -, -, -, -, -, -, -, -",
      "T0 call mach_port_type(null)"}},
    {"a message too large tells its size, and stays",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_msg_send(N0, MAKE_SEND, 1, 64, 0ms)\n"
     "N1, N2 = mach_msg_receive(N0, 75, true, 0ms)\n"
     "N3, N4 = mach_msg_receive(N0, 76, true, 0ms)\n",
     {"T0 return mach_msg_receive = MACH_RCV_TOO_LARGE, -, 64, -, -, -, -, -, -, -",
      "T0 call N3, N4 = mach_msg_receive(N0, 76, true, 0ms)",
      "T0 return mach_msg_receive = KERN_SUCCESS, 1, 64, N0, null, null, -, -, -, 0"}},
    {"without room for its size not even that",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_msg_send(N0, MAKE_SEND, 1, 24, 0ms)\n"
     "N1, N2 = mach_msg_receive(N0, 0, true, 0ms)\n",
     {"T0 return mach_msg_receive = MACH_RCV_TOO_LARGE, -, -, -, -, -, -, -, -, -"}},
    {"dead-name: the name, and no right",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_insert_right(N0, N0, MAKE_SEND)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "N2 = mach_port_request_notification(N0, DEAD_NAME, 0, N1, MAKE_SEND_ONCE)\n"
     "mach_port_mod_refs(N0, RECEIVE, -1)\n"
     "N3, N4 = mach_msg_receive(N1, 100, false, 0ms)\n"
     "mach_port_get_refs(N4, DEAD_NAME)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 72, 36, N1, null, null, -, N0, -, 0",
      "T0 call mach_port_get_refs(N0, DEAD_NAME)", "T0 return mach_port_get_refs = KERN_SUCCESS, 2"}},
    {"port-deleted: a name that is no more",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "N2 = mach_port_request_notification(N0, DEAD_NAME, 0, N1, MAKE_SEND_ONCE)\n"
     "mach_port_destroy(N0)\n"
     "N3, N4 = mach_msg_receive(N1, 100, false, 0ms)\n"
     "mach_port_destroy(N4)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 65, 36, N1, null, null, -, N0, -, 0",
      "T0 skip mach_port_destroy foreign"}},
    {"no-senders: the count",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "mach_port_set_mscount(N0, 12)\n"
     "N1 = mach_port_request_notification(N0, NO_SENDERS, 12, N0, MAKE_SEND_ONCE)\n"
     "N2, N3 = mach_msg_receive(N0, 100, false, 0ms)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 70, 36, N0, null, null, -, -, 12, 0"}},
    {"port-destroyed: the receive right itself",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_allocate(RECEIVE)\n"
     "N2 = mach_port_request_notification(N0, PORT_DESTROYED, 0, N1, MAKE_SEND_ONCE)\n"
     "mach_port_destroy(N0)\n"
     "N3, N4 = mach_msg_receive(N1, 100, false, 0ms)\n"
     "mach_port_type(N4)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 69, 40, N1, null, null, MOVE_RECEIVE, N4, -, 0",
      "T0 call mach_port_type(N4)", "T0 return mach_port_type = KERN_SUCCESS, RECEIVE"}},
    {"send-once: nothing",
     "N0 = mach_port_allocate(RECEIVE)\n"
     "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n"
     "mach_port_deallocate(N1)\n"
     "N2, N3 = mach_msg_receive(N0, 100, false, 0ms)\n",
     {"T0 return mach_msg_receive = KERN_SUCCESS, 71, 24, N0, null, null, -, -, -, 0"}},
};

TEST_CASE("every call on Mach is told with its results") {
  for (const CallRow& row : kRows) {
    CAPTURE(row.what);
    const Played played(row.script);
    INFO(played.text());
    CHECK(played.has(row.events));
    CHECK(played.events().back() == "T0 quiescent");
    CHECK(Played(row.script).events() == played.events());
  }
}

TEST_CASE("the table above has every function of the kernel's") {
  std::string scripts;
  for (const CallRow& row : kRows) scripts += row.script;
  for (const FunctionInfo& function : functions()) {
    if (function.function < Function::mach_port_allocate) continue;
    INFO(function.name);
    CHECK(scripts.find(std::string(function.name) + "(") != std::string::npos);
  }
}

TEST_CASE("looking at names leaves a right alone that nobody has used since its port died") {
  const Played played(
      "N0 = mach_port_allocate(RECEIVE)\n"
      "N1 = mach_port_extract_right(N0, MAKE_SEND_ONCE)\n"
      "mach_port_destroy(N0)\n"
      "N2, N3 = mach_msg_send_rights(N1, MOVE_SEND_ONCE, null, null, null, null, 1, 0ms)\n");
  INFO(played.text());
  CHECK(played.has({"T0 return mach_msg_send_rights = KERN_SUCCESS, -, -"}));
}

TEST_CASE("two threads receive into buffers of their own") {
  const Played played(
      "N0 = mach_port_allocate(RECEIVE)\n"
      "parallel {\n"
      "  branch T0 {\n"
      "    N1, N2 = mach_msg_receive(N0, 100, false, 500ms)\n"
      "  }\n"
      "  branch T1 {\n"
      "    N3, N4 = mach_msg_receive(N0, 100, false, 500ms)\n"
      "  }\n"
      "  branch T2 {\n"
      "    mach_msg_send(N0, MAKE_SEND, 8, 24, 0ms)\n"
      "    mach_msg_send(N0, MAKE_SEND, 9, 24, 0ms)\n"
      "  }\n"
      "}\n");
  INFO(played.text());
  CHECK(played.has({"T0 return mach_msg_receive = KERN_SUCCESS, 8, 24, N0, null, null, -, -, -, 0"}));
  CHECK(played.has({"T1 return mach_msg_receive = KERN_SUCCESS, 9, 24, N0, null, null, -, -, -, 1"}));
}

// ---- Calls that are not made ----------------------------------------------------------------------------

struct SkipRow {
  const char* why;
  const char* script;
  const char* skip;
};

constexpr SkipRow kSkips[] = {
    {"an id that no message has",
     "N0, N1 = mach_msg_send_rights(null, null, null, null, null, null, -1, 0ms)\n",
     "T0 skip mach_msg_send_rights limit"},
    {"a buffer of no size", "N0, N1 = mach_msg_receive(null, -1, true, 0ms)\n",
     "T0 skip mach_msg_receive limit"},
    {"a buffer larger than the driver's", "N0, N1 = mach_msg_receive(null, 262153, true, 0ms)\n",
     "T0 skip mach_msg_receive limit"},
    {"one handle for two names", "N0, N0 = mach_msg_receive(null, 100, true, 0ms)\n",
     "T0 skip mach_msg_receive bound"},
    {"a handle that stands for something", "N0 = mach_port_unused_name()\nN0 = mach_port_unused_name()\n",
     "T0 skip mach_port_unused_name bound"},
    {"a second handle beyond the last", "N0, N32 = mach_msg_receive(null, 100, true, 0ms)\n",
     "T0 skip mach_msg_receive limit"},
    {"a name that nothing has given", "mach_port_set_seqno(N3, 1)\n", "T0 skip mach_port_set_seqno unbound"},
};

TEST_CASE("a call on Mach whose precondition does not hold is skipped, and the reason told") {
  for (const SkipRow& row : kSkips) {
    CAPTURE(row.why);
    const Played played(row.script);
    INFO(played.text());
    CHECK(played.count(row.skip) == 1);
  }
}

TEST_CASE("of two handles none is claimed where one is taken") {
  const Played played(
      "N1 = mach_port_allocate(RECEIVE)\n"
      "N0, N1 = mach_msg_receive(N1, 100, true, 0ms)\n"
      "N0 = mach_port_allocate(RECEIVE)\n");
  INFO(played.text());
  CHECK(played.has({"T0 skip mach_msg_receive bound", "T0 call N0 = mach_port_allocate(RECEIVE)",
                    "T0 return mach_port_allocate = KERN_SUCCESS, N0"}));
}

// ---- How such a run ends --------------------------------------------------------------------------------

TEST_CASE("at the end each name that there is is destroyed, in the order of the handles") {
  const Played played(
      "N1 = mach_port_allocate(RECEIVE)\n"
      "N0 = mach_port_allocate(PORT_SET)\n"
      "N2 = mach_port_unused_name()\n");
  const std::vector<std::string> end = {"T0 quiescent",
                                        "T0 call mach_port_type(N0)",
                                        "T0 return mach_port_type = KERN_SUCCESS, PORT_SET",
                                        "T0 call mach_port_destroy(N0)",
                                        "T0 return mach_port_destroy = KERN_SUCCESS",
                                        "T0 call mach_port_type(N1)",
                                        "T0 return mach_port_type = KERN_SUCCESS, RECEIVE",
                                        "T0 call mach_port_destroy(N1)",
                                        "T0 return mach_port_destroy = KERN_SUCCESS",
                                        "T0 call mach_port_type(N2)",
                                        "T0 return mach_port_type = KERN_INVALID_NAME, -",
                                        "T0 quiescent"};
  INFO(played.text());
  REQUIRE(played.events().size() == 6 + end.size());
  CHECK(std::equal(end.begin(), end.end(), played.events().begin() + 6));
}

// Takes a right of its own from under the driver, and never gives it back.
class Thief final : public EventSink {
 public:
  bool take(const Label& label) override {
    if (last_.empty()) {
      mach_port_name_t name = MACH_PORT_NULL;
      mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name);
    }
    last_ = print(label);
    return true;
  }
  const std::string& last() const { return last_; }

 private:
  std::string last_;
};

std::string last_event_with_thief(std::string_view body) {
  const auto script = parse_script("portunus-script 1\nmain T2\n" + std::string(body) + "end\n");
  REQUIRE(script.value.has_value());
  Thief thief;
  run_hosted(*script.value, {.edition = &cf::intended}, thief);
  return thief.last();
}

TEST_CASE("what the kernel has left at the end of a script without CoreFoundation is a leak") {
  CHECK(last_event_with_thief("N0 = mach_port_allocate(RECEIVE)\n") == "T2 crash leak");
}

TEST_CASE("CoreFoundation may keep what it has made: with it nothing is counted") {
  CHECK(last_event_with_thief("CFRetain(L2)\n") == "T2 quiescent");
}

}  // namespace
}  // namespace portunus::driver
