// What a script has made so far, as far as its text tells. It is no model: it knows which handles stand for
// something and which calls are worth trying, and it may be wrong about either.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/vocabulary/script.h"

namespace portunus {

struct Picture {
  // `doubtful`: the handle may stand for nothing, because the call gives NULL, or an object known before, or
  // may not be made at all.
  struct Name {
    bool receive = false;  // the script may have the receive right
    bool send = false;
    bool mute = false;  // a port without a callout may be given its messages, which is fatal
    bool used = false;  // messages may have been sent to it
    bool doubtful = false;
  };
  struct Port {
    std::optional<int> name = {};
    int references = 1;  // of the script's own
    bool valid = true;
    bool callback = false;  // an invalidation callback is set
    bool mute = false;
    bool doubtful = false;
  };
  struct Source {
    int port = 0;
    std::optional<int> mode = {};  // the one it was added to last
    int references = 1;
    bool valid = true;
    bool doubtful = false;
  };

  std::vector<Name> names;
  std::vector<Port> ports;
  std::vector<Source> sources;
  int infos = 0;

  // Takes note of a call step.
  void note(const Step& step);

  // Forgets what a body that may or may not run did to what was there before it: `before` tells what that
  // was. What the body made stays known, since it may be there, and so do names and what is fatal to them.
  void forget_since(const Picture& before);

  // The valid source that the port is known to have, if any.
  std::optional<int> source_of(int port) const;

 private:
  void note_binding(const Step& step);
  void note_wrap(const Step& step);
  void note_effect(const Step& step);
};

}  // namespace portunus
