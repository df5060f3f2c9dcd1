#include "props/impl/cf/stage.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <doctest/doctest.h>

#include "impl/cf/portunus_cf.h"
#include "impl/mach/hosted/world.h"

namespace portunus::cf {
namespace {

Stage* current_stage = nullptr;

std::string info_name(const void* info) {
  return info == nullptr ? "NULL" : *static_cast<const std::string*>(info);
}

void add_word(std::string& text, char separator, std::string_view word) {
  if (!text.empty()) text += separator;
  text += word;
}

// ---- The client's callbacks -------------------------------------------------------------------------------

const void* retain_info(const void* info) {
  Stage::current().write("retain " + info_name(info));
  return info;
}

void release_info(const void* info) {
  Stage::current().write("release " + info_name(info));
}

CFStringRef describe_info(const void* info) {
  Stage::current().write("describe " + info_name(info));
  return CFStringCreateWithCString(nullptr, "D", kCFStringEncodingASCII);
}

void message(CFMachPortRef port, void* msg, CFIndex size, void* info) {
  Stage& stage = Stage::current();
  const auto* header = static_cast<const mach_msg_header_t*>(msg);
  stage.write("message " + stage.label_of(port) + " " + std::to_string(header->msgh_id) + " " +
              std::to_string(size) + " " + info_name(info));
}

void schedule(void* info, CFRunLoopRef, CFRunLoopMode mode) {
  Stage::current().write("schedule " + info_name(info) + " " + text_of(mode));
}

void cancel(void* info, CFRunLoopRef, CFRunLoopMode mode) {
  Stage::current().write("cancel " + info_name(info) + " " + text_of(mode));
}

void perform(void* info) {
  Stage::current().write("perform " + info_name(info));
}

std::string activity_name(CFRunLoopActivity activity) {
  switch (activity) {
    case kCFRunLoopEntry:
      return "Entry";
    case kCFRunLoopBeforeTimers:
      return "BeforeTimers";
    case kCFRunLoopBeforeSources:
      return "BeforeSources";
    case kCFRunLoopBeforeWaiting:
      return "BeforeWaiting";
    case kCFRunLoopAfterWaiting:
      return "AfterWaiting";
    case kCFRunLoopExit:
      return "Exit";
    default:
      return "?";
  }
}

void observe(CFRunLoopObserverRef, CFRunLoopActivity activity, void* info) {
  Stage::current().write("observe " + info_name(info) + " " + activity_name(activity));
}

void fire(CFRunLoopTimerRef, void* info) {
  Stage::current().write("fire " + info_name(info));
}

void* allocate_labelled(CFIndex size, CFOptionFlags, void* label) {
  return Stage::current().allocate(*static_cast<const std::string*>(label), size);
}

void deallocate_labelled(void* memory, void* label) {
  Stage::current().deallocate(*static_cast<const std::string*>(label), memory);
}

// ---- The log ----------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 7> log_phrases = {"send rights",   "thwarted",       "mysterious",
                                                         "receive right", "source is gone", "common modes",
                                                         "watch record"};

void write_log(void* stage, int level, const char* text) {
  std::string line = level == 3 ? "log error" : level == 4 ? "log warning" : "log " + std::to_string(level);
  for (const std::string_view phrase : log_phrases) {
    if (std::string_view(text).find(phrase) != std::string_view::npos) add_word(line, ' ', phrase);
  }
  static_cast<Stage*>(stage)->write(line);
}

}  // namespace

void inv(CFMachPortRef port, void* info) {
  Stage::current().write("inv " + Stage::current().label_of(port) + " " + info_name(info));
}

void inv2(CFMachPortRef port, void* info) {
  Stage::current().write("inv2 " + Stage::current().label_of(port) + " " + info_name(info));
}

std::string callback_of(CFMachPortRef port) {
  const CFMachPortInvalidationCallBack callback = CFMachPortGetInvalidationCallBack(port);
  if (callback == inv) return "inv";
  return callback == inv2 ? "inv2" : callback == nullptr ? "NULL" : "?";
}

Stage& Stage::current() {
  return *current_stage;
}

CFMachPortContext Stage::context(const std::string& info, int parts) {
  CFMachPortContext context = {};
  if (info != "NULL") context.info = &infos_.try_emplace(info, info).first->second;
  if ((parts & with_retain) != 0) context.retain = retain_info;
  if ((parts & with_release) != 0) context.release = release_info;
  if ((parts & with_description) != 0) context.copyDescription = describe_info;
  return context;
}

CFAllocatorRef Stage::allocator(const std::string& label) {
  const auto [place, is_new] = allocators_.try_emplace(label, nullptr);
  if (is_new) {
    CFAllocatorContext context = {};
    context.info = const_cast<std::string*>(&place->first);
    context.allocate = allocate_labelled;
    context.deallocate = deallocate_labelled;
    place->second = CFAllocatorCreate(nullptr, &context);
  }
  return place->second;
}

CFMachPortRef Stage::create(const std::string& label, const std::string& info, int parts) {
  CFMachPortContext ctx = context(info, parts);
  return CFMachPortCreate(allocator(label), message, &ctx, &should_free_info_);
}

CFMachPortRef Stage::wrap(const std::string& label, mach_port_t name, const std::string& info, int parts) {
  CFMachPortContext ctx = context(info, parts);
  return CFMachPortCreateWithPort(allocator(label), name, message, &ctx, &should_free_info_);
}

CFRunLoopSourceRef Stage::source(const std::string& label, CFMachPortRef port, CFIndex order) {
  return CFMachPortCreateRunLoopSource(allocator(label), port, order);
}

CFRunLoopSourceRef Stage::signal_source(const std::string& label, const std::string& info, CFIndex order,
                                        int parts) {
  const CFMachPortContext head = context(info, parts);
  CFRunLoopSourceContext ctx = {};
  ctx.info = head.info;
  ctx.retain = head.retain;
  ctx.release = head.release;
  ctx.copyDescription = head.copyDescription;
  ctx.schedule = schedule;
  ctx.cancel = cancel;
  ctx.perform = perform;
  return CFRunLoopSourceCreate(allocator(label), order, &ctx);
}

CFRunLoopObserverRef Stage::observer(const std::string& label, const std::string& info,
                                     CFOptionFlags activities, bool repeats, CFIndex order, int parts) {
  const CFMachPortContext head = context(info, parts);
  CFRunLoopObserverContext ctx = {0, head.info, head.retain, head.release, head.copyDescription};
  return CFRunLoopObserverCreate(allocator(label), activities, repeats, order, observe, &ctx);
}

CFRunLoopTimerRef Stage::timer(const std::string& label, const std::string& info, CFTimeInterval seconds,
                               CFTimeInterval interval, int parts) {
  const CFMachPortContext head = context(info, parts);
  CFRunLoopTimerContext ctx = {0, head.info, head.retain, head.release, head.copyDescription};
  return CFRunLoopTimerCreate(allocator(label), CFAbsoluteTimeGetCurrent() + seconds, interval, 0, 0, fire,
                              &ctx);
}

kern_return_t Stage::send(mach_port_t name, mach_msg_id_t id, mach_msg_size_t size, mach_port_t reply) {
  std::vector<std::uint64_t> buffer(size / 8 + 1);
  auto* header = reinterpret_cast<mach_msg_header_t*>(buffer.data());
  const mach_msg_bits_t reply_disposition = reply == MACH_PORT_NULL ? 0 : MACH_MSG_TYPE_MAKE_SEND_ONCE;
  header->msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, reply_disposition);
  header->msgh_size = size;
  header->msgh_remote_port = name;
  header->msgh_local_port = reply;
  header->msgh_id = id;
  return mach_msg(header, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

void Stage::settle() {
  hosted::World::current()->settle();
}

void Stage::run_main_queue() {
  while (CFRunLoopRunInMode(kCFRunLoopDefaultMode, 0, true) == kCFRunLoopRunHandledSource) {
  }
}

std::string Stage::run(CFStringRef mode, CFTimeInterval seconds, bool return_after_source_handled) {
  switch (CFRunLoopRunInMode(mode, seconds, return_after_source_handled)) {
    case kCFRunLoopRunFinished:
      return "Finished";
    case kCFRunLoopRunStopped:
      return "Stopped";
    case kCFRunLoopRunTimedOut:
      return "TimedOut";
    case kCFRunLoopRunHandledSource:
      return "HandledSource";
    default:
      return "?";
  }
}

void Stage::during(const std::string& line, std::function<void()> act) {
  acts_[line] = std::move(act);
}

std::string Stage::info_of(CFMachPortRef port) {
  CFMachPortContext context = {};
  CFMachPortGetContext(port, &context);
  return info_name(context.info);
}

std::string Stage::label_of(const void* object) const {
  const auto found = labels_.find(object);
  return found == labels_.end() ? "?" : found->second;
}

void Stage::write(const std::string& line) {
  lines_.push_back(line);
  const auto found = acts_.find(line);
  if (found == acts_.end()) return;
  const std::function<void()> act = std::move(found->second);
  acts_.erase(found);
  act();
}

void* Stage::allocate(const std::string& label, CFIndex size) {
  void* memory = std::malloc(static_cast<std::size_t>(size));
  labels_[memory] = label;
  return memory;
}

void Stage::deallocate(const std::string& label, void* memory) {
  write("free " + label);
  labels_.erase(memory);
  std::free(memory);
}

void Stage::play(const std::function<void(Stage&)>& scene) {
  current_stage = this;
  struct Play {
    Stage& stage;
    const std::function<void(Stage&)>& scene;
  } play{*this, scene};
  hosted::WorldOptions options;
  options.log = {.function = write_log, .context = this};
  hosted::World world(options);
  const hosted::Outcome outcome = world.run(
      [](void* argument) {
        const Play& mine = *static_cast<Play*>(argument);
        begin_world(mine.stage.edition_);
        mine.scene(mine.stage);
        end_world();
      },
      &play);
  CHECK(outcome == hosted::Outcome::returned);
  // What the scene did not release.
  for (const auto& [memory, label] : labels_) std::free(const_cast<void*>(memory));
  current_stage = nullptr;
}

void on_each_edition(const std::function<void(Stage&)>& scene) {
  for (const Edition* edition : editions) {
    INFO(std::string(edition->name));
    Stage(*edition).play(scene);
  }
}

std::string rights(mach_port_t name) {
  mach_port_type_t type = 0;
  if (mach_port_type(mach_task_self(), name, &type) != KERN_SUCCESS) return "none";
  std::string text;
  const auto add = [&](mach_port_type_t bit, const char* word) {
    if ((type & bit) != 0) add_word(text, '|', word);
  };
  add(MACH_PORT_TYPE_RECEIVE, "RECV");
  add(MACH_PORT_TYPE_SEND, "SEND");
  add(MACH_PORT_TYPE_SEND_ONCE, "ONCE");
  add(MACH_PORT_TYPE_DEAD_NAME, "DEAD");
  add(MACH_PORT_TYPE_PORT_SET, "SET");
  add(MACH_PORT_TYPE_DNREQUEST, "dnreq");
  const bool dead = (type & MACH_PORT_TYPE_DEAD_NAME) != 0;
  mach_port_urefs_t references = 0;
  mach_port_get_refs(mach_task_self(), name, dead ? MACH_PORT_RIGHT_DEAD_NAME : MACH_PORT_RIGHT_SEND,
                     &references);
  return text + " " + std::to_string(references);
}

mach_port_t make_port(int send_rights) {
  mach_port_t name = MACH_PORT_NULL;
  mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &name);
  for (int i = 0; i < send_rights; ++i) {
    mach_port_insert_right(mach_task_self(), name, name, MACH_MSG_TYPE_MAKE_SEND);
  }
  return name;
}

void destroy_receive_right(mach_port_t name) {
  mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
}

int queued(mach_port_t name) {
  mach_port_status_t status = {};
  mach_msg_type_number_t count = MACH_PORT_RECEIVE_STATUS_COUNT;
  mach_port_get_attributes(mach_task_self(), name, MACH_PORT_RECEIVE_STATUS,
                           reinterpret_cast<mach_port_info_t>(&status), &count);
  return static_cast<int>(status.mps_msgcount);
}

std::string modes_of(CFRunLoopSourceRef source) {
  const std::array<std::pair<CFStringRef, const char*>, 4> modes = {{{kCFRunLoopDefaultMode, "default"},
                                                                     {mode_1(), "M1"},
                                                                     {mode_2(), "M2"},
                                                                     {kCFRunLoopCommonModes, "common"}}};
  std::string text;
  for (const auto& [mode, word] : modes) {
    if (CFRunLoopContainsSource(CFRunLoopGetCurrent(), source, mode)) {
      add_word(text, ' ', word);
    }
  }
  return text;
}

std::string all_modes(CFRunLoopRef loop) {
  const CFArrayRef modes = CFRunLoopCopyAllModes(loop);
  std::string text;
  for (CFIndex i = 0; i < CFArrayGetCount(modes); ++i) {
    add_word(text, ' ', text_of(static_cast<CFStringRef>(CFArrayGetValueAtIndex(modes, i))));
  }
  CFRelease(modes);
  return text;
}

std::string text_of(CFStringRef string) {
  return CFStringGetCStringPtr(string, kCFStringEncodingUTF8);
}

std::string description(CFTypeRef object) {
  const CFStringRef string = CFCopyDescription(object);
  std::string text = text_of(string);
  CFRelease(string);
  return text;
}

CFStringRef mode_1() {
  return CFSTR("M1");
}
CFStringRef mode_2() {
  return CFSTR("M2");
}

}  // namespace portunus::cf
