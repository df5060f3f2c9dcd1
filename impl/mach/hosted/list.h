// A doubly linked list through its elements: adding and removing allocate nothing and never fail. An element
// is in at most one list.
#pragma once

#include "impl/mach/hosted/require.h"

namespace portunus::hosted {

template <class T>
class List;

// What an element derives from.
template <class T>
class ListNode {
 public:
  bool in_list() const { return list_ != nullptr; }
  T* next() const { return next_; }

 private:
  friend class List<T>;
  T* next_ = nullptr;
  T* previous_ = nullptr;
  List<T>* list_ = nullptr;
};

template <class T>
class List {
 public:
  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  bool empty() const { return first_ == nullptr; }
  unsigned size() const { return size_; }
  T* front() const { return first_; }
  T* back() const { return last_; }

  bool contains(const T& element) const { return element.ListNode<T>::list_ == this; }

  void push_back(T& element) {
    require(!element.in_list(), "an element in two lists");
    element.ListNode<T>::list_ = this;
    element.ListNode<T>::next_ = nullptr;
    element.ListNode<T>::previous_ = last_;
    (last_ == nullptr ? first_ : last_->ListNode<T>::next_) = &element;
    last_ = &element;
    ++size_;
  }

  void remove(T& element) {
    require(element.ListNode<T>::list_ == this, "an element is not in this list");
    T* const next = element.ListNode<T>::next_;
    T* const previous = element.ListNode<T>::previous_;
    (previous == nullptr ? first_ : previous->ListNode<T>::next_) = next;
    (next == nullptr ? last_ : next->ListNode<T>::previous_) = previous;
    element.ListNode<T>::next_ = element.ListNode<T>::previous_ = nullptr;
    element.ListNode<T>::list_ = nullptr;
    --size_;
  }

  // Requires: not empty.
  T& pop_front() {
    T& element = *first_;
    remove(element);
    return element;
  }

  // Requires: index < size().
  T& at(unsigned index) const {
    T* element = first_;
    for (; index != 0; --index) element = element->ListNode<T>::next_;
    return *element;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
  unsigned size_ = 0;
};

}  // namespace portunus::hosted
