// RapidCheck's view of scripts and traces.
#pragma once

#include <rapidcheck.h>

#include <ostream>

#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"
#include "props/generate/entropy.h"
#include "props/generate/generator.h"

namespace portunus {

// Choices out of RapidCheck's random numbers. Endless: the generator's size ends a script.
class RcEntropy final : public Entropy {
 public:
  explicit RcEntropy(const rc::Random& random) : random_(random) {}
  std::uint32_t below(std::uint32_t count) override;
  bool exhausted() const override { return false; }

 private:
  rc::Random random_;
};

// Scripts that grow with RapidCheck's size and shrink by our passes, in their order.
rc::Gen<Script> any_script(const GeneratorOptions& options = {});

// Traces of labels that have nothing to do with one another: each is right in itself.
rc::Gen<Trace> any_trace();
Trace make_trace(Entropy& entropy, std::uint32_t events);

// How RapidCheck shows them.
void showValue(const Script& script, std::ostream& out);
void showValue(const Trace& trace, std::ostream& out);

}  // namespace portunus
