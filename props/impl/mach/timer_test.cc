// Timers and clocks.
#include <doctest/doctest.h>

#include <mach/mk_timer.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr std::uint64_t second = NSEC_PER_SEC;

Name task() {
  return mach_task_self();
}

hosted::Accounting accounting() {
  return hosted::World::current()->accounting();
}

struct Expiry {
  mk_timer_expire_msg_t message;
  mach_msg_trailer_t trailer;
};

mach_msg_return_t wait_for(Name name, Expiry& expiry, mach_msg_timeout_t timeout = 0) {
  return mach_msg(&expiry.message.header, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof expiry, name, timeout,
                  0);
}

}  // namespace

TEST_CASE("a timer is a receive right that has a sender, and goes with the right") {
  in_world([] {
    const hosted::Accounting before = accounting();
    const Name timer = mk_timer_create();
    CHECK(describe(timer) == "R");
    CHECK(status(timer).mps_srights == 1);
    CHECK(accounting().timers == 1);
    CHECK(mk_timer_destroy(timer) == OK);
    CHECK(describe(timer) == "-");
    const Name other = mk_timer_create();
    CHECK(mk_timer_arm(other, mach_absolute_time() + second) == OK);
    CHECK(mach_port_mod_refs(task(), other, MACH_PORT_RIGHT_RECEIVE, -1) == OK);
    CHECK(accounting() == before);
  });
}

TEST_CASE("timer calls by kind of name") {
  struct Row {
    Kind kind;
    kern_return_t code;
  };
  static constexpr Row rows[] = {
      {Kind::R, KERN_INVALID_ARGUMENT},   {Kind::RS1, KERN_INVALID_ARGUMENT}, {Kind::S1, KERN_INVALID_RIGHT},
      {Kind::O, KERN_INVALID_RIGHT},      {Kind::P, KERN_INVALID_RIGHT},      {Kind::D1, KERN_INVALID_RIGHT},
      {Kind::unknown, KERN_INVALID_NAME}, {Kind::null, KERN_INVALID_NAME},    {Kind::dead, KERN_INVALID_NAME},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      const std::string before = describe(name);
      CHECK(mk_timer_arm(name, 1) == row.code);
      CHECK(mk_timer_cancel(name, nullptr) == row.code);
      CHECK(mk_timer_destroy(name) == row.code);
      CHECK(describe(name) == before);
    });
  }
}

TEST_CASE("an armed timer sends its message at its time, once") {
  in_world([] {
    const Name timer = mk_timer_create();
    const std::uint64_t begin = mach_absolute_time();
    REQUIRE(mk_timer_arm(timer, begin + second) == OK);
    Expiry expiry = {};
    CHECK(wait_for(timer, expiry, 999) == MACH_RCV_TIMED_OUT);
    CHECK(wait_for(timer, expiry, 5000) == MACH_MSG_SUCCESS);
    CHECK(mach_absolute_time() == begin + second);
    CHECK(expiry.message.header.msgh_bits == 0x1100);
    CHECK(expiry.message.header.msgh_size == sizeof expiry.message);
    CHECK(expiry.message.header.msgh_local_port == timer);
    CHECK(expiry.message.header.msgh_remote_port == MACH_PORT_NULL);
    CHECK(expiry.message.header.msgh_id == 0);
    CHECK(wait_for(timer, expiry, 5000) == MACH_RCV_TIMED_OUT);
  });
}

TEST_CASE("a time that is past expires at once") {
  in_world([] {
    const Name timer = mk_timer_create();
    REQUIRE(mk_timer_arm(timer, mach_absolute_time()) == OK);
    Expiry expiry = {};
    CHECK(wait_for(timer, expiry) == MACH_MSG_SUCCESS);
  });
}

TEST_CASE("a timer's message is queued once until it is received, and passes a full queue") {
  in_world([] {
    const Name timer = mk_timer_create();
    mach_port_limits_t none = {.mpl_qlimit = 0};
    REQUIRE(mach_port_set_attributes(task(), timer, MACH_PORT_LIMITS_INFO,
                                     reinterpret_cast<mach_port_info_t>(&none), 1) == OK);
    for (int armed = 0; armed < 3; ++armed) REQUIRE(mk_timer_arm(timer, 0) == OK);
    CHECK(status(timer).mps_msgcount == 1);
    Expiry expiry = {};
    REQUIRE(wait_for(timer, expiry) == MACH_MSG_SUCCESS);
    REQUIRE(mk_timer_arm(timer, 0) == OK);
    CHECK(status(timer).mps_msgcount == 1);
  });
}

TEST_CASE("arming again moves the time; cancelling tells it") {
  in_world([] {
    const Name timer = mk_timer_create();
    const std::uint64_t begin = mach_absolute_time();
    std::uint64_t told = 99;
    CHECK(mk_timer_cancel(timer, &told) == OK);
    CHECK(told == 0);
    REQUIRE(mk_timer_arm(timer, begin + second) == OK);
    REQUIRE(mk_timer_arm(timer, begin + 2 * second) == OK);
    Expiry expiry = {};
    CHECK(wait_for(timer, expiry, 1500) == MACH_RCV_TIMED_OUT);
    CHECK(mk_timer_cancel(timer, &told) == OK);
    CHECK(told == begin + 2 * second);
    CHECK(wait_for(timer, expiry, 5000) == MACH_RCV_TIMED_OUT);
  });
}

TEST_CASE("a timer serves through a set, and from its new place when the right moves") {
  in_world([] {
    const Name timer = mk_timer_create();
    const Name set = port_set();
    REQUIRE(mach_port_insert_member(task(), timer, set) == OK);
    REQUIRE(mk_timer_arm(timer, mach_absolute_time() + second) == OK);
    Expiry expiry = {};
    REQUIRE(wait_for(set, expiry, 5000) == MACH_MSG_SUCCESS);
    CHECK(expiry.message.header.msgh_local_port == timer);
    REQUIRE(mk_timer_arm(timer, mach_absolute_time() + second) == OK);
    REQUIRE(mach_port_insert_right(task(), 0x40003, timer, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
    CHECK(wait_for(0x40003, expiry, 5000) == MACH_MSG_SUCCESS);
  });
}

TEST_CASE("a timer that is destroyed with its message on the way leaves nothing") {
  in_world([] {
    const hosted::Accounting before = accounting();
    const Name timer = mk_timer_create();
    start(1, [timer] {
      Expiry expiry = {};
      CHECK(wait_for(timer, expiry, 5000) == MACH_MSG_SUCCESS);
    });
    REQUIRE(hosted::World::current()->settle());
    REQUIRE(mk_timer_arm(timer, 0) == OK);  // the receiver has the message, and has not run yet
    REQUIRE(mk_timer_destroy(timer) == OK);
    check_books();
    REQUIRE(hosted::World::current()->settle());
    CHECK(accounting() == before);
  });
}

TEST_CASE("a timer alone does not keep a world from its deadlock") {
  hosted::World world;
  CHECK(run(world, [] {
          const Name timer = mk_timer_create();
          REQUIRE(mk_timer_arm(timer, mach_absolute_time() + second) == OK);
          Message message;
          receive(receive_right(), message, 0);
        }) == hosted::Outcome::deadlocked);
}

TEST_CASE("the clocks tell the same time from two beginnings") {
  in_world([] {
    const host_t host = mach_host_self();
    clock_serv_t system = MACH_PORT_NULL;
    clock_serv_t calendar = MACH_PORT_NULL;
    CHECK(host_get_clock_service(host, SYSTEM_CLOCK, &system) == OK);
    CHECK(host_get_clock_service(host, CALENDAR_CLOCK, &calendar) == OK);
    CHECK(host_get_clock_service(host, 7, &system) == KERN_INVALID_ARGUMENT);
    CHECK(host_get_clock_service(task(), SYSTEM_CLOCK, &system) == MACH_SEND_INVALID_DEST);
    REQUIRE(mach_wait_until(mach_absolute_time() + 2 * second + 5) == OK);
    mach_timespec_t up = {};
    mach_timespec_t date = {};
    CHECK(clock_get_time(system, &up) == OK);
    CHECK(clock_get_time(calendar, &date) == OK);
    CHECK(up.tv_sec * second + static_cast<std::uint64_t>(up.tv_nsec) == mach_absolute_time());
    CHECK(date.tv_nsec == up.tv_nsec);
    CHECK(date.tv_sec > up.tv_sec);
    CHECK(clock_get_time(host, &up) == MACH_SEND_INVALID_DEST);
    CHECK(mach_host_self() == host);
    CHECK(describe(host) == "S2");
  });
}

}  // namespace portunus::props
