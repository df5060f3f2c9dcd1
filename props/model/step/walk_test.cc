// Random walks through the model alone: whatever client and system do, the invariants hold, no call is stuck,
// and what the model itself offers is what it accepts.
#include <doctest/doctest.h>

#include <random>
#include <span>
#include <string>
#include <vector>

#include "model/oracle/state_set.h"
#include "model/state/invariant.h"
#include "model/step/step.h"
#include "model/vocabulary/text.h"

namespace portunus::model {
namespace {

// What the client may do next; the first that the model can follow is done.
constexpr const char* kClient[] = {
    "T0 call P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)",
    "T0 call N0 = mach_port_allocate(RECEIVE)",
    "T0 call mach_port_insert_right(N0, N0, MAKE_SEND)",
    "T0 call P1 = CFMachPortCreateWithPort(observed, N0, callout, (null retain release), flag)",
    "T0 call P2 = CFMachPortCreateWithPort(observed, N0, null, null, null)",
    "T0 call N1 = CFMachPortGetPort(P0)",
    "T0 call S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)",
    "T0 call S1 = CFMachPortCreateRunLoopSource(observed, P1, 0)",
    "T0 call CFRunLoopAddSource(L0, S0, M0)",
    "T0 call CFRunLoopAddSource(L0, S1, common)",
    "T0 call CFRunLoopRemoveSource(L0, S0, common)",
    "T0 call mach_msg_send(N0, MAKE_SEND, 1, 24, 0ms)",
    "T0 call mach_msg_send(N1, COPY_SEND, 2, 28, 5ms)",
    "T0 call CFRunLoopRunInMode(M0, 0ms, false)",
    "T0 call CFRunLoopRunInMode(M0, 10ms, true)",
    "T0 call CFMachPortSetInvalidationCallBack(P0, inv)",
    "T0 call CFMachPortSetInvalidationCallBack(P1, inv2)",
    "T0 call CFMachPortInvalidate(P0)",
    "T0 call CFMachPortInvalidate(P1)",
    "T0 call mach_port_mod_refs(N0, RECEIVE, -1)",
    "T0 call mach_port_mod_refs(N1, RECEIVE, -1)",
    "T0 call mach_port_deallocate(N0)",
    "T0 call mach_port_mod_refs(N1, SEND, 65533)",
    "T0 call mach_port_insert_right(N1, null, COPY_SEND)",
    "T0 call mach_port_destroy(dead)",
    "T0 call CFRelease(P0)",
    "T0 call CFRelease(P1)",
    "T0 call CFRelease(S0)",
    "T0 call CFRetain(P0)",
    "T0 call CFMachPortGetContext(P1)",
    "T0 call CFEqual(P0, P1)",
    "T0 call CFEqual(P0, S0)",
    "T0 call CFHash(P0, S0)",
    "T0 call CFHash(P0, P1)",
    "T0 call CFGetTypeID(S0)",
    "T0 call CFCopyDescription(P0)",
    "T0 call CFCopyDescription(S0)",
    "T0 call CFMachPortGetQueuedMessageCount(P0)",
    "T0 call CFRunLoopSourceInvalidate(S0)",
    "T0 call CFRunLoopSourceGetOrder(S0)",
    "T0 call CFRunLoopStop(L0)",
    "T0 call CFRunLoopIsWaiting(L0)",
    "T0 call CFRunLoopGetCurrent()",
    "T0 call CFRunLoopWakeUp(L0)",
    "T0 call CFRunLoopCopyCurrentMode(L0)",
    "T0 call CFRunLoopAddCommonMode(L0, M1)",
    "T0 exit copyDescription",
    "T0 exit retain = I0",
    "T0 exit retain = null",
    "T0 exit release",
    "T0 exit message",
    "T0 exit invalidation",
};

// The same for a client that calls Mach alone.
constexpr const char* kMachClient[] = {
    "T0 call N0 = mach_port_allocate(RECEIVE)",
    "T0 call N1 = mach_port_allocate(RECEIVE)",
    "T0 call N2 = mach_port_allocate(PORT_SET)",
    "T0 call N3 = mach_port_unused_name()",
    "T0 call N4 = mach_port_unused_name()",
    "T0 call mach_port_allocate_name(PORT_SET, N4)",
    "T0 call mach_port_insert_right(N0, N0, MAKE_SEND)",
    "T0 call mach_port_insert_right(N1, N1, MAKE_SEND)",
    "T0 call mach_port_insert_right(N3, N1, MAKE_SEND_ONCE)",
    "T0 call mach_port_insert_right(N4, N0, MOVE_RECEIVE)",
    "T0 call N5 = mach_port_extract_right(N0, MAKE_SEND)",
    "T0 call N6 = mach_port_extract_right(N1, MOVE_RECEIVE)",
    "T0 call mach_port_insert_member(N0, N2)",
    "T0 call mach_port_extract_member(N0, N2)",
    "T0 call mach_port_move_member(N1, N2)",
    "T0 call mach_port_get_set_status(N2)",
    "T0 call mach_port_get_attributes(N0)",
    "T0 call mach_port_set_attributes(N0, 1)",
    "T0 call mach_port_set_mscount(N1, 7)",
    "T0 call mach_port_set_seqno(N0, 3)",
    "T0 call N7 = mach_port_request_notification(N1, DEAD_NAME, 0, N0, MAKE_SEND_ONCE)",
    "T0 call N8 = mach_port_request_notification(N1, NO_SENDERS, 1, N0, MAKE_SEND_ONCE)",
    "T0 call N9 = mach_port_request_notification(N1, PORT_DESTROYED, 0, N0, MAKE_SEND_ONCE)",
    "T0 call N10 = mach_port_request_notification(N0, SEND_POSSIBLE, 1, N1, MAKE_SEND_ONCE)",
    "T0 call N11 = mach_port_request_notification(N3, DEAD_NAME, 1, null, MAKE_SEND)",
    "T0 call N12, N13 = mach_msg_send_rights(N0, COPY_SEND, N1, MAKE_SEND_ONCE, N1, COPY_SEND, 1, 0ms)",
    "T0 call N14, N15 = mach_msg_send_rights(N0, MAKE_SEND, null, null, N1, MOVE_RECEIVE, 2, 0ms)",
    "T0 call N16, N17 = mach_msg_send_rights(N1, MAKE_SEND, null, null, N1, MOVE_RECEIVE, 3, 10ms)",
    "T0 call N18, N19 = mach_msg_send_rights(N0, MAKE_SEND, N2, COPY_SEND, N2, MOVE_SEND, 4, 0ms)",
    "T0 call mach_msg_send(N3, MOVE_SEND_ONCE, 5, 24, 0ms)",
    "T0 call mach_msg_send(N0, MAKE_SEND, 6, 100, 10ms)",
    "T0 call N20, N21 = mach_msg_receive(N0, 256, false, 0ms)",
    "T0 call N22, N23 = mach_msg_receive(N0, 30, true, 10ms)",
    "T0 call N24, N25 = mach_msg_receive(N2, 256, false, 10ms)",
    "T0 call N26, N27 = mach_msg_receive(N1, 40, false, 0ms)",
    "T0 call N28, N29 = mach_msg_receive(N3, 256, false, 0ms)",
    "T0 call mach_port_mod_refs(N0, SEND, 70000)",
    "T0 call mach_port_mod_refs(N1, RECEIVE, -1)",
    "T0 call mach_port_deallocate(N0)",
    "T0 call mach_port_deallocate(N3)",
    "T0 call mach_port_destroy(N2)",
    "T0 call mach_port_get_refs(N1, DEAD_NAME)",
};

Label event(const char* line) {
  return *parse_event(line).value;
}

class Walk {
 public:
  Walk(std::uint32_t seed, std::span<const char* const> client, const SwitchVector& vector, Kernel kernel)
      : rules_{.strict = true, .kernel = kernel},
        client_(client),
        random_(seed),
        node_{initial_state(0), vector, {}} {}

  // Takes one move of each kind that is possible, by chance. False at a crash or a limit.
  bool step() {
    if (node_.state.threads[0].life == Thread::finished) return false;
    const bool client = in_client_code(node_.state, 0) && below(3) != 0;
    return client ? client_step() : system_step();
  }

  const State& state() const { return node_.state; }
  const ClauseSet& clauses() const { return node_.clauses; }

 private:
  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(random_() % count); }

  bool take(std::vector<Node>& found) {
    if (found.empty()) return true;
    node_ = found[below(found.size())];
    return node_.state.exceeded == 0;
  }

  bool client_step() {
    const std::size_t first = below(client_.size());
    for (std::size_t place = 0; place < client_.size(); ++place) {
      const Label label = event(client_[(first + place) % client_.size()]);
      if (releases_too_much(label)) continue;
      std::vector<Node> found;
      Moves moves = Moves::labelled_from(rules_, node_, label, found);
      client_move(moves, label);
      if (!found.empty()) return take(found);
    }
    return true;
  }

  // The client keeps the rules: it gives back only references of its own.
  bool releases_too_much(const Label& label) {
    if (label.kind != LabelKind::call || label.function != Function::CFRelease) return false;
    int& owned = owned_[label.values[0].number & 3][label.values[0].number >= object_stride];
    return owned-- <= 0 ? (owned = 0, true) : false;
  }

  void note(const Label& label) {
    if (label.kind != LabelKind::return_ || label.values[0].number < 0 || label.values[0].number > 3) return;
    const bool port =
        label.function == Function::CFMachPortCreate || label.function == Function::CFMachPortCreateWithPort;
    if (port) ++owned_[label.values[0].number][0];
    if (label.function == Function::CFMachPortCreateRunLoopSource) ++owned_[label.values[0].number][1];
  }

  bool system_step() {
    std::vector<Node> silent;
    Moves silent_wanted = Moves::silent_from(rules_, node_, silent);
    silent_moves(silent_wanted);
    std::vector<Offer> offered;
    Moves offers_wanted = Moves::offers_from(rules_, node_, offered);
    system_moves(offers_wanted, 0);
    const std::size_t all = silent.size() + offered.size();
    const bool stuck = all == 0 && !in_client_code(node_.state, 0) && offers_wanted.unspecified().empty() &&
                       offers_wanted.limit().empty();
    CHECK_FALSE(stuck);
    if (all == 0) return in_client_code(node_.state, 0);
    const std::size_t choice = below(all);
    if (choice < silent.size()) {
      node_ = silent[choice];
      return node_.state.exceeded == 0;
    }
    Label label = offered[choice - silent.size()].label;
    for (Value& value : label.values)
      if (value.number == Value::any) value.number = Value::absent;
    std::vector<Node> found;
    Moves wanted = Moves::labelled_from(rules_, node_, label, found);
    system_moves(wanted, 0);
    CHECK_FALSE(found.empty());
    note(label);
    return take(found);
  }

  const Rules rules_;
  const std::span<const char* const> client_;
  std::mt19937 random_;
  Node node_;
  int owned_[4][2] = {};
};

TEST_CASE("whatever happens, the invariants hold and no call is stuck") {
  std::size_t steps = 0;
  ClauseSet cited;
  for (std::uint32_t seed = 0; seed < 900; ++seed) {
    const Variant& variant = variants()[seed % variants().size()];
    const std::span<const char* const> client =
        seed % 3 == 0 ? std::span<const char* const>(kMachClient) : kClient;
    Walk walk(seed, client, variant.vector, seed / 3 % 2 == 0 ? Kernel::xnu : Kernel::gnumach);
    for (int count = 0; count < 120; ++count) {
      INFO(std::string(variant.name), ", seed ", seed, ", step ", count);
      if (!walk.step()) break;
      ++steps;
      REQUIRE(std::string(check_invariants(walk.state())) == "");
    }
    cited |= walk.clauses();
  }
  CHECK(steps > 20000);
  CHECK(cited.count() > clause_count / 2);
}

}  // namespace
}  // namespace portunus::model
