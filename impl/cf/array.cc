#include "impl/cf/array.h"

#include <utility>

#include "impl/cf/runtime.h"
#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

void finalize_array(Instance* instance);
bool equal_arrays(const Instance* first, const Instance* second);
CFHashCode hash_array(const Instance* instance);
CFStringRef describe_array(const Instance* instance);

constexpr Class array_class = {.type = type_array,
                               .finalize = finalize_array,
                               .equal = equal_arrays,
                               .hash = hash_array,
                               .describe = describe_array};

}  // namespace
}  // namespace portunus::cf

struct __CFArray : portunus::cf::Instance {
  __CFArray() : Instance(portunus::cf::array_class) {}

  portunus::cf::Vector<CFTypeRef> objects;
};

namespace portunus::cf {
namespace {

const Vector<CFTypeRef>& objects_of(const Instance* instance) {
  return static_cast<const __CFArray*>(instance)->objects;
}

void finalize_array(Instance* instance) {
  for (const CFTypeRef object : objects_of(instance)) CFRelease(object);
  static_cast<__CFArray*>(instance)->~__CFArray();
}

bool equal_arrays(const Instance* first, const Instance* second) {
  const Vector<CFTypeRef>& a = objects_of(first);
  const Vector<CFTypeRef>& b = objects_of(second);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!CFEqual(a[i], b[i])) return false;
  }
  return true;
}

CFHashCode hash_array(const Instance* instance) {
  return objects_of(instance).size();
}

CFStringRef describe_array(const Instance* instance) {
  Text text;
  text.add("<CFArray ").pointer(instance).add(">{count = ");
  text.decimal(static_cast<std::int64_t>(objects_of(instance).size())).add("}");
  return text.copy_string();
}

}  // namespace

CFArrayRef create_array(Vector<CFTypeRef>&& objects) {
  auto* array = create_instance<__CFArray>(nullptr);
  if (array == nullptr) seam::trap();
  array->objects = std::move(objects);
  return array;
}

}  // namespace portunus::cf

using namespace portunus::cf;

CFTypeID CFArrayGetTypeID() {
  return type_array;
}

CFIndex CFArrayGetCount(CFArrayRef theArray) {
  return static_cast<CFIndex>(theArray->objects.size());
}

const void* CFArrayGetValueAtIndex(CFArrayRef theArray, CFIndex idx) {
  if (idx < 0 || idx >= CFArrayGetCount(theArray)) portunus::seam::trap();
  return theArray->objects[static_cast<std::size_t>(idx)];
}
