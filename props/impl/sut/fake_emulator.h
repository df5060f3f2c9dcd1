// A small script in the emulator's place, which plays what a guest and its kernel may do. Each script of a
// batch says in its front matter which deed is to be played for it.
#pragma once

#include <string>
#include <vector>

#include "impl/sut/gnumach/gnumach_sut.h"
#include "props/props/campaign/scratch.h"

namespace portunus {

class FakeEmulator {
 public:
  // A guest that greets, plays the deeds and ends well.
  FakeEmulator();
  // A machine that does just what `body`, a shell's text, says.
  explicit FakeEmulator(const std::string& body);

  // A system with this emulator and so short a watchdog. It has not begun.
  gnumach::GnumachSut sut(std::chrono::milliseconds watchdog = std::chrono::milliseconds(400)) const;

  // The command line of each boot so far.
  std::vector<std::string> boots() const;
  // What the last boot was given to read.
  std::string batch() const { return Scratch::read(scratch_.path() / "batch"); }

 private:
  Scratch scratch_;
};

// A script without steps whose front matter names the deed.
Script deed_script(const std::string& deed);

}  // namespace portunus
