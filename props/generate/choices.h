// Arguments out of choices: handles that stand for something, and words, the plain ones most often.
#pragma once

#include <cstdint>
#include <optional>

#include "props/generate/draw.h"
#include "props/generate/picture.h"

namespace portunus {

// Keeps references to both: they outlive it.
class Choices : public Draw {
 public:
  Choices(Entropy& entropy, const Picture& picture) : Draw(entropy), picture_(picture) {}

  // A handle that most likely stands for something, the latest being the plainest; nothing if there is none.
  std::optional<Value> known(Type type);
  // Whether there are as many such handles as a script needs: few objects that much is done to find more than
  // many that little is done to.
  bool crowded(Type type);
  // The next handle; nothing if there are no more.
  std::optional<Value> fresh(Type type) const;
  std::optional<Value> object();  // a port or a source that is known, as an object

  // Any value of the type; one of type none where there is none to be had.
  Value any(Type type, ThreadId thread);

  Value allocator();
  Value callout(bool may_be_null);
  Value context();
  Value flag();
  Value mode();
  Value timeout();

 private:
  std::size_t made(Type type) const;
  bool doubtful(Type type, std::size_t index) const;

  const Picture& picture_;
};

}  // namespace portunus
