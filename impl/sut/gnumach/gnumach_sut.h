// Our CoreFoundation on a real GNU Mach kernel, in a virtual machine. One boot runs many scripts, each in a
// task of its own (facts gnumach 0, 9).
#pragma once

#include <string>
#include <vector>

#include "impl/cf/edition.h"
#include "impl/fault/fault.h"
#include "impl/sut/gnumach/machine.h"
#include "impl/sut/sut.h"

namespace portunus::gnumach {

struct GnumachOptions {
  std::string name = "gnumach";  // as on the command line
  const cf::Edition* edition = &cf::intended;
  fault::Id fault = fault::Id::none;
  MachineOptions machine = {};
};

inline constexpr driver::Capabilities capabilities{};  // all of them

// A script that brings the kernel or the guest down, or keeps it from saying anything, has as its last event
// a crash or a hang; the others of its batch go on in the next boot. What happens between a script's end and
// the next one's beginning is its own doing.
class GnumachSut final : public Sut {
 public:
  explicit GnumachSut(GnumachOptions options) : options_(std::move(options)) {}

  // Boots once, without a script, so that the kernel's version is known. Gives an empty string, or why the
  // system is out of reach. Required before anything else.
  std::string begin();

  std::string_view name() const override { return options_.name; }
  std::string_view variant() const override { return options_.edition->name; }
  std::string identity() const override;
  const driver::Capabilities& capabilities() const override { return gnumach::capabilities; }
  std::string_view kernel() const override { return "gnumach"; }

  Trace execute(const Script& script) override;
  std::vector<Trace> execute_all(std::span<const Script> scripts) override;
  std::size_t batch_size() const override { return scripts_max; }

 private:
  // A boot takes a third of a second, a script some milliseconds (facts gnumach 9, 11).
  static constexpr std::size_t scripts_max = 500;

  Boot boot_with(std::span<const std::string> scripts) const;
  void run_some(std::span<const Script> scripts, std::vector<Trace>& traces);

  GnumachOptions options_;
  std::string kernel_line_;
};

}  // namespace portunus::gnumach
