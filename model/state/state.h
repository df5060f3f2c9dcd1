// The state of the model: one small value that says all there is to know about rights, objects, sources, run
// loops, background work and what each thread is in the middle of. Trivially copyable, without padding, and
// canonical: what is unused is zero (or `none`), so that equality and hash may look at the whole.
#pragma once

#include <cstdint>
#include <type_traits>

#include "model/vocabulary/label.h"
#include "model/vocabulary/limits.h"
#include "model/vocabulary/value.h"

namespace portunus::model {

inline constexpr std::uint8_t none = 0xff;  // no index; for an info, NULL

inline constexpr int name_slots = limits::names + limits::ports;

// A name of the task's space. Slots are used once; a name that is gone keeps its slot, because objects go on
// referring to the name.
struct Name {
  enum Kind : std::uint8_t { unused, gone, port, send_once, port_set, dead };

  Kind kind;
  std::uint8_t handle;   // N…, or none while the script has not seen it
  std::uint8_t object;   // the kernel's port, where `kind` is port or send_once
  std::uint8_t receive;  // 1: the task holds the receive right, under this name
  std::uint16_t refs;    // user references of the send right, the send-once right, or of the dead name
  // Whom the name's end or its port's death is told to: nobody, CF's death watch, or that kernel's port.
  std::uint8_t request;       // request_none, request_watch, or request_first + the port
  std::uint8_t request_kind;  // bits below
  // cf-2021's record of a watch, one for each name: facts cfmachport 5 (Rights) as the observed runs explain
  // it.
  std::uint8_t record;   // bits below
  std::uint8_t vacant;   // 1: a name that the script has chosen itself, and that nothing else will take
  std::uint8_t unaware;  // 1: the port of the send-once right has died, and nothing has looked since
  std::uint8_t unused_byte;
};
inline constexpr std::uint8_t request_none = 0;
inline constexpr std::uint8_t request_watch = 1;
inline constexpr std::uint8_t request_first = 2;
enum RequestBits : std::uint8_t {
  request_send_possible = 1,  // tells also that a message can be sent again
  request_waits_for_room = 2,
};
enum RecordBits : std::uint8_t { record_present = 1, record_released = 2, record_owned = 4, record_ran = 8 };

// A port of the kernel's: a queue of messages, and who has rights to it. Indices are used once.
struct KernelPort {
  enum Life : std::uint8_t { absent, alive, dead };

  std::uint64_t sets;     // the port sets it is a member of: a bit for the slot of each one's name
  std::uint32_t seqno;    // of the next message that is taken off
  std::uint32_t mscount;  // send rights made since the count was last set
  std::uint16_t limit;    // messages that may be queued
  Life life;
  std::uint8_t name;        // the slot of the receive right's name, or none while it is in a message
  std::uint8_t no_senders;  // the port that is told when the last send right goes, or none
  std::uint8_t destroyed;   // the port that gets the receive right instead of its death, or none
  // On GNU Mach rights that nobody has any more, and that still count: send rights, send-once rights.
  std::uint8_t lost_send;
  std::uint8_t lost_once;
};
inline constexpr int kernel_ports_max = name_slots;

// A right on its way from one holder to another.
struct Carried {
  enum Kind : std::uint8_t { null, dead, send, send_once, receive };

  Kind kind;
  std::uint8_t port;  // the kernel's port; none where there is none
};

// A message: in a port's queue, or with a thread that waits for room or has taken it off.
struct Message {
  std::uint16_t id;
  std::uint16_t words;  // its size in units of 4 bytes
  std::uint16_t count;  // what a no-senders notification tells
  std::uint8_t port;    // the kernel's port it was sent to
  // The thread that holds it, or none: it is in the queue. With `holder_has_room` there is room for it now.
  std::uint8_t holder;
  Carried::Kind by;    // the right it was sent by: send or send_once
  std::uint8_t batch;  // not 0: of the notifications of one death, whose order is the kernel's
  Carried reply;
  std::uint8_t reply_disposition;  // as received: a Disposition, or none
  std::uint8_t told;               // the slot of the name that a notification tells of, or none
  Carried body;
  std::uint8_t body_disposition;
  std::uint8_t has_body;  // 1: there is a right in the body, be it null
};
inline constexpr std::uint8_t holder_has_room = 0x80;
inline constexpr int messages_max = 48;

// A CFMachPort object.
struct Port {
  enum Life : std::uint8_t { absent, creating, ready, invalidating, invalid, freed };
  enum Watch : std::uint8_t { unwatched, armed, cancelling, cancelled };
  // Which of its two rights the background is yet to drop, after an owner's end. Others can look at the name
  // in between.
  enum Rights : std::uint8_t {
    none_due,
    send_then_receive,
    receive_then_send,
    receive_last,
    send_last,
  };

  Life life;
  Watch watch;
  std::uint8_t name;         // slot
  std::uint8_t owned;        // 1: made by CFMachPortCreate, owes the release of both rights
  std::uint8_t count;        // retain count
  std::uint8_t source;       // the source it remembers, or none
  std::uint8_t info;         // as GetContext shows it: index or none for NULL
  std::uint8_t callback;     // the invalidation callback: Invalidation, or none
  std::uint8_t callout;      // 1: has a message callout
  std::uint8_t context;      // bits below
  std::uint8_t version;      // of the context
  std::uint8_t had_receive;  // 1: the name had a receive right when the object was made
  Rights rights;
};
enum ContextBits : std::uint8_t {
  context_given = 1,
  context_retain = 2,
  context_release = 4,
  context_copy = 8
};

// A CFRunLoopSource of a port.
struct Source {
  enum Life : std::uint8_t { absent, valid, invalid, freed };

  Life life;
  std::uint8_t port;
  std::uint8_t count;  // retain count
  std::uint8_t unused;
  std::int32_t order;
  std::uint8_t modes[limits::threads];  // for each run loop the modes it is in, a bit each; and in_common
  std::uint8_t
      listening[limits::threads];  // for each run loop the modes in which messages of its port go to it
};
inline constexpr std::uint8_t in_common = 0x80;

// What a thread is in the middle of: a call, a client's callback, or an inner procedure of the system.
enum class Op : std::uint8_t {
  nothing,
  call,        // a function of the API: `function`
  client,      // client code inside a callback: `function` is the Callback
  invalidate,  // the invalidation of `port`: facts cfmachport 5
  deliver,     // the delivery of a message to `port` through `source`: facts cfmachport 11
  drain,       // the main queue is served: `bind` blocks at least
  free_port,
  free_source,
};

struct Frame {
  Op op;
  std::uint8_t pc;        // how far it has come; each op names its own
  std::uint8_t function;  // Function or Callback
  std::uint8_t bind;
  std::uint8_t port;
  std::uint8_t source;
  std::uint8_t name;  // slot
  std::uint8_t mode;  // index, or mode_common
  std::uint8_t loop;
  std::uint8_t info;
  std::uint8_t choice;  // an enumerated argument: allocator, callback, right, disposition
  std::uint8_t flags;
  std::int32_t x;
  std::int32_t y;
};
inline constexpr std::uint8_t mode_common = 0xfe;

// The arguments of a Mach call beyond what a frame has room for. A thread is in one such call at most, and
// innermost.
struct MachCall {
  std::uint8_t second;           // the second handle it may bring into being
  std::uint8_t names[3];         // slots
  std::uint8_t dispositions[3];  // Dispositions, or none
  std::uint8_t unused;
};

struct Thread {
  enum Life : std::uint8_t {
    unstarted,
    running,
    finished,  // it has left the client's code; its run loop goes when the last source has left it
  };

  Life life;
  std::uint8_t depth;
  std::uint8_t returned;  // 1: all that its call does has been done; its return is yet to be seen
  std::uint8_t woken;     // 1: a wake-up waits for its run loop, which runs
  MachCall mach;
  Frame frames[limits::frames];
};

inline constexpr int notices_max = 8;
inline constexpr int watch_items_max = 24;

// A kernel notification on its way to CF.
struct Notice {
  std::uint8_t slot;     // name
  std::uint8_t deleted;  // 1: port-deleted, 0: dead-name
};

// Work on the death watch's serial queue.
struct WatchItem {
  enum Kind : std::uint8_t {
    nothing,
    event,     // a death is to be looked at
    sweep,     // it has been: the registry is to be swept
    sweeping,  // an object has been taken, and the registry is the sweep's until it is through
    cancel,    // the end of a watch
  };
  Kind kind;
  // Of the name; for `cancel` of the port; for `sweeping`, how many registered objects were left alone.
  std::uint8_t index;
};

struct State {
  KernelPort kernel_ports[kernel_ports_max];
  Name names[name_slots];
  // Those of one queue in its order, one port's after another's.
  Message messages[messages_max];
  Port ports[limits::ports];
  Source sources[limits::sources];
  Thread threads[limits::threads];
  std::uint8_t registry[limits::ports];  // registered objects, in the order of registration
  std::uint8_t registered;
  std::uint8_t main;                   // the main thread
  std::uint8_t blocks[limits::ports];  // swept objects whose blocks have not begun
  std::uint8_t block_count;
  std::uint8_t blocks_sent;  // so many of them wait in the main queue; the sweep is yet to send the rest
  std::uint8_t notice_count;
  Notice notices[notices_max];
  WatchItem watch_queue[watch_items_max];
  std::uint8_t watch_count;
  std::uint8_t logged;  // log lines that come once in a process, bits below
  std::uint8_t message_count;
  std::uint8_t exceeded;  // 1: a capacity was met; the state is not to be believed
  // Of each run loop the modes that were declared common, and those that exist, a bit each. The default mode
  // is common and exists, and has no bit here.
  std::uint8_t common[limits::threads];
  std::uint8_t existing[limits::threads];
  std::uint8_t unused[7];

  friend bool operator==(const State& a, const State& b);
};
enum LoggedBits : std::uint8_t { logged_no_receive_right = 1, logged_common_modes = 2 };

static_assert(std::is_trivially_copyable_v<State>);
static_assert(std::has_unique_object_representations_v<State>);

// The state before anything has happened: `main` runs, and nothing exists.
State initial_state(ThreadId main);
std::uint64_t hash(const State& state);  // looks at no frame above a thread's depth

// Frames. `push` marks the state as exceeded at the limit; the others require what they read to be there.
void push(State& state, ThreadId thread, const Frame& frame);
void pop(State& state, ThreadId thread);
Frame& top(State& state, ThreadId thread);
const Frame& top(const State& state, ThreadId thread);
MachCall no_mach_call();
Frame make_frame(Op op);  // all indices none, all else zero
// Whether the thread's next step is the client's own: it is in no call, or in a callback.
bool in_client_code(const State& state, ThreadId thread);

// Modes.
bool is_common(const State& state, ThreadId loop, std::uint8_t mode);
bool exists(const State& state, ThreadId loop, std::uint8_t mode);

// Registry.
void register_port(State& state, std::uint8_t port);
void unregister_port(State& state, std::uint8_t port);
bool is_registered(const State& state, std::uint8_t port);
std::uint8_t find_registered(const State& state, std::uint8_t slot);  // the first of that name, or none

// Names.
std::uint8_t find_name(const State& state, std::uint8_t handle);  // its slot, or none
std::uint8_t new_name(State& state);  // an unused slot; marks the state as exceeded if none
bool denotes_port(const Name& name);  // a port right lives there now: facts cfmachport 0
bool has_send(const Name& name);
bool is_requested(const Name& name);
// A new port of the kernel's whose receive right the slot's name gets.
void make_port(State& state, std::uint8_t slot);

// Messages.
void enqueue(State& state, const Message& message);  // marks the state as exceeded if there is no room
// The first in the port's queue, or none; and how many are there.
int first_message(const State& state, std::uint8_t port);
int queued(const State& state, std::uint8_t port);
// Whether a thread's message may have been given room in the queue without standing there yet.
bool is_waited_for(const State& state, std::uint8_t port);
// The one that the thread holds, or none.
int held_message(const State& state, ThreadId thread);
void remove_message(State& state, int place);
// A message of 24 bytes without rights, sent by a send-once right.
Message make_message(std::uint8_t port);

}  // namespace portunus::model
