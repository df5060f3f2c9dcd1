// All living objects of one kind, so that a kernel can count them, audit them and free them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace portunus::hosted {

struct Registered {
  std::size_t registry_index = 0;
  std::uint32_t serial = 0;  // which of its kind it is, from 1, in the order in which they were made
};

// Owns its objects. The order is of no meaning.
template <class T>
class Registry {
 public:
  Registry() = default;
  ~Registry() {
    for (T* object : objects_) delete object;
  }
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  T& add(T* object) {
    object->registry_index = objects_.size();
    object->serial = ++made_;
    objects_.push_back(object);
    return *object;
  }

  void free(T& object) {
    objects_.back()->registry_index = object.registry_index;
    objects_[object.registry_index] = objects_.back();
    objects_.pop_back();
    delete &object;
  }

  std::size_t size() const { return objects_.size(); }
  auto begin() const { return objects_.begin(); }
  auto end() const { return objects_.end(); }

 private:
  std::vector<T*> objects_;
  std::uint32_t made_ = 0;
};

}  // namespace portunus::hosted
