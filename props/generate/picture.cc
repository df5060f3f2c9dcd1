#include "props/generate/picture.h"

#include <algorithm>

#include "props/generate/handle.h"

namespace portunus {
namespace {

// The element that the handle stands for, or nullptr.
template <class Element>
Element* find(std::vector<Element>& elements, Value handle) {
  if (handle_class(handle) == HandleClass::none) return nullptr;
  const auto index = static_cast<std::size_t>(handle_index(handle));
  return index < elements.size() ? &elements[index] : nullptr;
}

bool is_null(Value value) {
  return value.number == Value::null;
}

bool fails(Value allocator) {
  return allocator.number == static_cast<std::int32_t>(Allocator::failing);
}

}  // namespace

void Picture::note(const Step& step) {
  if (step.kind != StepKind::call) return;
  note_binding(step);
  note_effect(step);
}

void Picture::note_binding(const Step& step) {
  const Value* arguments = step.arguments;
  switch (step.function) {
    case Function::CFMachPortCreate:
      ports.push_back({.mute = is_null(arguments[1]), .doubtful = fails(arguments[0])});
      break;
    case Function::CFMachPortCreateWithPort:
      note_wrap(step);
      break;
    case Function::CFMachPortCreateRunLoopSource: {
      const Port* port = find(ports, arguments[1]);
      const bool doubtful =
          !port || !port->valid || port->doubtful || source_of(arguments[1].number) || fails(arguments[0]);
      sources.push_back({.port = arguments[1].number, .doubtful = doubtful});
      break;
    }
    case Function::CFMachPortGetPort: {
      Name name{.receive = true, .send = true};
      if (Port* port = find(ports, arguments[0])) {
        port->name = step.bind.number;
        name.mute = port->mute;
        name.doubtful = port->doubtful;
      }
      names.push_back(name);
      break;
    }
    case Function::mach_port_allocate:
      names.push_back({.receive = arguments[0].number == static_cast<std::int32_t>(Right::receive)});
      break;
    default:
      break;
  }
  for (const Value& argument : step.arguments)
    if (argument.type == Type::context && !is_null(argument) && unpack(argument).info != Value::null)
      infos = std::max(infos, unpack(argument).info + 1);
}

void Picture::note_wrap(const Step& step) {
  const Value of = step.arguments[1];
  Port port{.mute = is_null(step.arguments[2]), .doubtful = fails(step.arguments[0])};
  if (Name* name = find(names, of)) {
    const auto has_this_name = [&](const Port& other) { return other.valid && other.name == of.number; };
    port.name = of.number;
    port.doubtful |= (!name->receive && !name->send) || std::ranges::any_of(ports, has_this_name);
    name->mute |= port.mute;
  } else {
    port.doubtful = true;
  }
  ports.push_back(port);
}

void Picture::note_effect(const Step& step) {
  const Value subject = step.arguments[0];
  switch (step.function) {
    case Function::CFMachPortInvalidate:
      if (Port* port = find(ports, subject)) port->valid = false;
      break;
    case Function::CFRunLoopSourceInvalidate:
      if (Source* source = find(sources, subject)) source->valid = false;
      break;
    case Function::CFMachPortSetInvalidationCallBack:
      if (Port* port = find(ports, subject)) port->callback = !is_null(step.arguments[1]);
      break;
    case Function::CFRetain:
    case Function::CFRelease: {
      const int change = step.function == Function::CFRetain ? 1 : -1;
      if (handle_class(subject) == HandleClass::port) {
        if (Port* port = find(ports, subject)) port->references += change;
      } else if (Source* source = find(sources, subject)) {
        source->references += change;
      }
      break;
    }
    case Function::CFRunLoopAddSource:
      if (Source* source = find(sources, step.arguments[1])) source->mode = step.arguments[2].number;
      break;
    case Function::mach_port_insert_right:
      if (Name* name = find(names, subject)) name->send = true;
      break;
    case Function::mach_msg_send:
      if (Name* name = find(names, subject)) name->used = true;
      break;
    case Function::mach_port_deallocate:
      if (Name* name = find(names, subject)) name->send = false;
      break;
    case Function::mach_port_destroy:
      if (Name* name = find(names, subject)) name->receive = name->send = false;
      break;
    case Function::mach_port_mod_refs:
      if (Name* name = find(names, subject); name && step.arguments[2].number < 0) {
        const auto right = static_cast<Right>(step.arguments[1].number);
        if (right == Right::receive) name->receive = false;
        if (right == Right::send) name->send = false;
      }
      break;
    default:
      break;
  }
}

std::optional<int> Picture::source_of(int port) const {
  for (std::size_t at = 0; at < sources.size(); ++at)
    if (sources[at].port == port && sources[at].valid && !sources[at].doubtful) return static_cast<int>(at);
  return std::nullopt;
}

void Picture::forget_since(const Picture& before) {
  for (std::size_t at = 0; at < before.names.size(); ++at) {
    const Name after = names[at];
    names[at] = before.names[at];
    names[at].mute |= after.mute;
    names[at].used |= after.used;
  }
  for (std::size_t at = 0; at < before.ports.size(); ++at) {
    const std::optional<int> name = ports[at].name;
    ports[at] = before.ports[at];
    ports[at].name = name;
  }
  std::ranges::copy(before.sources, sources.begin());
  for (std::size_t at = before.names.size(); at < names.size(); ++at) names[at].doubtful = true;
  for (std::size_t at = before.ports.size(); at < ports.size(); ++at) ports[at].doubtful = true;
  for (std::size_t at = before.sources.size(); at < sources.size(); ++at) sources[at].doubtful = true;
}

}  // namespace portunus
