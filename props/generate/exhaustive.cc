#include "props/generate/exhaustive.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "props/generate/call_step.h"
#include "props/generate/canonical.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

// How many handles of each class the alphabet makes: enough for two objects of one name, each with a source.
constexpr std::size_t kPorts = 2;
constexpr std::size_t kSources = 2;
constexpr std::size_t kNames = 2;

constexpr Value kObserved = word(Allocator::observed);
constexpr Value kLoop = make_value(Type::loop, 0);
constexpr Value kMode = make_value(Type::mode, 0);

Value handle(Type type, std::size_t index) {
  return make_value(type, static_cast<std::int32_t>(index));
}
Value object(ObjectClass of, std::size_t index) {
  return make_object(of, static_cast<std::int32_t>(index));
}

// Each port has an info of its own, so that callbacks tell the ports apart.
Value context(std::size_t port) {
  return pack({.info = static_cast<std::int32_t>(port), .retain = Context::Retain::same, .release = true});
}

void add_port_steps(const Picture& picture, std::vector<Step>& steps) {
  for (std::size_t at = 0; at < picture.ports.size(); ++at) {
    const Value port = handle(Type::port, at);
    if (!picture.ports[at].name && picture.names.size() < kNames)
      steps.push_back(
          call_step(Function::CFMachPortGetPort, {port}, handle(Type::name, picture.names.size())));
    if (picture.sources.size() < kSources)
      steps.push_back(call_step(Function::CFMachPortCreateRunLoopSource, {kObserved, port, number(0)},
                                handle(Type::source, picture.sources.size())));
    steps.push_back(call_step(Function::CFMachPortInvalidate, {port}));
    steps.push_back(call_step(Function::CFMachPortSetInvalidationCallBack, {port, word(Invalidation::inv)}));
    steps.push_back(call_step(Function::CFRetain, {object(ObjectClass::port, at)}));
    if (picture.ports[at].references > 0)
      steps.push_back(call_step(Function::CFRelease, {object(ObjectClass::port, at)}));
  }
}

void add_source_steps(const Picture& picture, std::vector<Step>& steps) {
  for (std::size_t at = 0; at < picture.sources.size(); ++at) {
    const Value source = handle(Type::source, at);
    steps.push_back(call_step(Function::CFRunLoopAddSource, {kLoop, source, kMode}));
    steps.push_back(call_step(Function::CFRunLoopRemoveSource, {kLoop, source, kMode}));
    if (picture.sources[at].references > 0)
      steps.push_back(call_step(Function::CFRelease, {object(ObjectClass::source, at)}));
  }
}

void add_name_steps(const Picture& picture, std::vector<Step>& steps) {
  for (std::size_t at = 0; at < picture.names.size(); ++at) {
    const Value name = handle(Type::name, at);
    const std::size_t port = picture.ports.size();
    if (port < kPorts)
      steps.push_back(call_step(Function::CFMachPortCreateWithPort,
                                {kObserved, name, given_callout(), context(port), given_flag()},
                                handle(Type::port, port)));
    if (!picture.names[at].send)
      steps.push_back(
          call_step(Function::mach_port_insert_right, {name, name, word(Disposition::make_send)}));
    if (!picture.names[at].receive) continue;
    steps.push_back(call_step(Function::mach_msg_send, {name, word(Disposition::make_send), number(0),
                                                        number(message_size_min), milliseconds(0)}));
    steps.push_back(call_step(Function::mach_port_mod_refs, {name, word(Right::receive), number(-1)}));
  }
}

// The alphabet: what may be done, given what there is.
std::vector<Step> alphabet(const Picture& picture) {
  std::vector<Step> steps;
  const std::size_t port = picture.ports.size();
  if (port < kPorts)
    steps.push_back(call_step(Function::CFMachPortCreate,
                              {kObserved, given_callout(), context(port), given_flag()},
                              handle(Type::port, port)));
  if (picture.names.size() < kNames)
    steps.push_back(call_step(Function::mach_port_allocate, {word(Right::receive)},
                              handle(Type::name, picture.names.size())));
  add_port_steps(picture, steps);
  add_source_steps(picture, steps);
  add_name_steps(picture, steps);
  steps.push_back(call_step(Function::CFRunLoopRunInMode, {kMode, milliseconds(0), boolean(true)}));
  steps.push_back(Step{.kind = StepKind::settle});
  return steps;
}

void add_block(std::vector<Step>& steps, Step head, std::span<const Step> body) {
  head.size = static_cast<std::uint32_t>(body.size());
  steps.push_back(head);
  steps.insert(steps.end(), body.begin(), body.end());
}

// What a client sees from inside the callbacks of a port: the order of an invalidation shows there alone.
void add_inside_probes(const Picture& picture, std::vector<Step>& steps) {
  for (std::size_t at = 0; at < picture.ports.size(); ++at) {
    std::vector<Step> body = {call_step(Function::CFMachPortGetContext, {handle(Type::port, at)})};
    for (std::size_t source = 0; source < picture.sources.size(); ++source) {
      if (picture.sources[source].port != static_cast<int>(at)) continue;
      body.push_back(call_step(Function::CFRunLoopSourceIsValid, {handle(Type::source, source)}));
      body.push_back(
          call_step(Function::CFRunLoopContainsSource, {kLoop, handle(Type::source, source), kMode}));
    }
    add_block(
        steps,
        Step{.kind = StepKind::on, .callback = Callback::invalidation, .subject = handle(Type::port, at)},
        body);
    add_block(steps,
              Step{.kind = StepKind::on, .callback = Callback::release, .subject = handle(Type::info, at)},
              body);
  }
}

// The identification suffix: lets the system come to rest, and asks everything that can be asked.
void add_suffix(const Picture& picture, std::vector<Step>& steps) {
  steps.push_back(Step{.kind = StepKind::settle});
  for (std::size_t at = 0; at < picture.ports.size(); ++at) {
    const Value port = handle(Type::port, at);
    steps.push_back(call_step(Function::CFMachPortIsValid, {port}));
    steps.push_back(call_step(Function::CFMachPortGetContext, {port}));
    steps.push_back(call_step(Function::CFMachPortGetInvalidationCallBack, {port}));
    steps.push_back(call_step(Function::CFGetRetainCount, {object(ObjectClass::port, at)}));
  }
  for (std::size_t at = 0; at < picture.sources.size(); ++at) {
    const Value source = handle(Type::source, at);
    steps.push_back(call_step(Function::CFRunLoopSourceIsValid, {source}));
    steps.push_back(call_step(Function::CFRunLoopContainsSource, {kLoop, source, kMode}));
  }
  for (std::size_t at = 0; at < picture.names.size(); ++at) {
    const Value name = handle(Type::name, at);
    steps.push_back(call_step(Function::mach_port_type, {name}));
    steps.push_back(call_step(Function::mach_port_get_refs, {name, word(Right::send)}));
  }
}

}  // namespace

ExhaustiveScripts::ExhaustiveScripts(int calls)
    : sequences_(Picture{}, static_cast<std::size_t>(calls), alphabet) {}

std::optional<Script> ExhaustiveScripts::next() {
  if (!sequences_.next()) return std::nullopt;
  const Picture picture = sequences_.picture();
  Script script;
  add_inside_probes(picture, script.steps);
  std::ranges::copy(sequences_.steps(), std::back_inserter(script.steps));
  add_suffix(picture, script.steps);
  return canonical(std::move(script));
}

}  // namespace portunus
