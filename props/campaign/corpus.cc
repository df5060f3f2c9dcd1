#include "props/campaign/corpus.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

namespace fs = std::filesystem;
using model::VerdictKind;

// What the first folder of a path says of the files in it.
struct Folder {
  std::string_view name;
  std::optional<VerdictKind> verdict;  // none: the front matter has it, and `accepted` where it has not
};
constexpr Folder kFolders[] = {
    {"accept", VerdictKind::accepted},
    {"reject", VerdictKind::rejected},
    {"unspecified", VerdictKind::unspecified},
    {"regress", std::nullopt},
};

constexpr VerdictKind kVerdicts[] = {VerdictKind::accepted, VerdictKind::rejected, VerdictKind::inconclusive,
                                     VerdictKind::unspecified};

std::optional<VerdictKind> find_verdict(std::string_view name) {
  const auto* kind = std::ranges::find(kVerdicts, name, [](VerdictKind of) { return model::name(of); });
  return kind == std::end(kVerdicts) ? std::nullopt : std::optional(*kind);
}

std::optional<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in && !in.eof()) return std::nullopt;
  return in.is_open() ? std::optional(std::move(text)) : std::nullopt;
}

// Where in its file an entry of the front matter stands: behind the line that names the format.
std::uint32_t line_of(const FrontMatter& front_matter, std::string_view key) {
  const auto entry = std::ranges::find(front_matter, key, &FrontMatter::value_type::first);
  return static_cast<std::uint32_t>(entry - front_matter.begin()) + 2;
}

class Reader {
 public:
  Reader(const fs::path& directory, std::string_view default_variant)
      : directory_(directory), default_variant_(default_variant) {}

  Corpus read() {
    for (const fs::path& file : files())
      if (!corpus_.error) read(file);
    return std::move(corpus_);
  }

 private:
  // Sorted, so that a campaign does not depend on the order of a directory.
  std::vector<fs::path> files() {
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(directory_, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (at.depth() == 0 && at->path().filename() == "fuzz")
        at.disable_recursion_pending();
      else if (is_ours(at->path()))
        found.push_back(at->path());
    }
    if (failed) fail(directory_, 0, 0, failed.message());
    std::ranges::sort(found);
    return found;
  }

  static bool is_ours(const fs::path& path) {
    return path.extension() == ".script" || path.extension() == ".trace";
  }

  void read(const fs::path& file) {
    const auto text = read_file(file);
    if (!text) return fail(file, 0, 0, "cannot be read");
    if (file.extension() == ".script") return read_script(file, *text);
    return read_trace(file, *text);
  }

  void read_script(const fs::path& file, const std::string& text) {
    auto parsed = parse_script(text);
    if (!parsed.value) return fail(file, parsed.error.line, parsed.error.column, parsed.error.message);
    const auto verdict = verdict_of(file, parsed.value->front_matter);
    if (!verdict) return;
    // A past finding's script is kept for what a conforming system does with it.
    const VerdictKind allowed = *verdict == VerdictKind::rejected ? VerdictKind::accepted : *verdict;
    corpus_.scripts.push_back({file, origin(file), std::move(*parsed.value), allowed});
  }

  void read_trace(const fs::path& file, const std::string& text) {
    auto parsed = parse_trace(text);
    if (!parsed.value) return fail(file, parsed.error.line, parsed.error.column, parsed.error.message);
    const FrontMatter& front_matter = parsed.value->front_matter;
    const auto verdict = verdict_of(file, front_matter);
    if (!verdict) return;
    std::string variant(front_matter_value(front_matter, "variant"));
    if (variant.empty()) variant = default_variant_;
    if (!model::is_variant_name(variant))
      return fail(file, line_of(front_matter, "variant"), 1, "no variant is named `" + variant + "`");
    const std::string_view mach = front_matter_value(front_matter, "mach");
    if (!mach.empty() && !model::find_kernel(mach))
      return fail(file, line_of(front_matter, "mach"), 1, "no kernel is named `" + std::string(mach) + "`");
    corpus_.traces.push_back({file, origin(file), std::move(*parsed.value), std::move(variant), *verdict});
  }

  // The verdict that a file is there for; an error, and nothing, if the folder and the front matter disagree.
  std::optional<VerdictKind> verdict_of(const fs::path& file, const FrontMatter& front_matter) {
    const fs::path relative = file.lexically_relative(directory_);
    const auto* folder = std::ranges::find(kFolders, relative.begin()->string(), &Folder::name);
    if (folder == std::end(kFolders)) {
      fail(file, 0, 0, "is in no folder of the corpus: accept, reject, unspecified, regress");
      return std::nullopt;
    }
    const std::string_view word = front_matter_value(front_matter, "verdict");
    if (word.empty()) return folder->verdict.value_or(VerdictKind::accepted);
    const auto verdict = find_verdict(word);
    if (!verdict || (folder->verdict && verdict != folder->verdict)) {
      const std::string why = verdict ? "is not what its folder is for" : "is no verdict";
      fail(file, line_of(front_matter, "verdict"), 1, "`" + std::string(word) + "` " + why);
      return std::nullopt;
    }
    return verdict;
  }

  std::string origin(const fs::path& file) const {
    return "corpus/" + file.lexically_relative(directory_).generic_string();
  }

  void fail(const fs::path& file, std::uint32_t line, std::uint32_t column, std::string message) {
    if (!corpus_.error) corpus_.error = CampaignError{file, line, column, std::move(message)};
  }

  const fs::path& directory_;
  std::string_view default_variant_;
  Corpus corpus_;
};

}  // namespace

Corpus read_corpus(const std::filesystem::path& directory, std::string_view default_variant) {
  return Reader(directory, default_variant).read();
}

}  // namespace portunus
