// Where the events of a running script go.
#pragma once

#include "model/vocabulary/label.h"

namespace portunus {

class EventSink {
 public:
  // False: it wants no more; the script is to end quickly.
  virtual bool take(const Label& label) = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace portunus
