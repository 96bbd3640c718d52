// Malformed files of models/hostile: each is refused with the message that names its fault and its
// place, in bounded time.
#pragma once
#include <ctime>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "formats/format.hpp"
#include "support/files.hpp"

namespace pgscore::test {

struct HostileFile {
  const char *file;  // without the ending that all of the family's files have in common
  ErrorCode code;
  const char *message;  // without "invalid ... model: ", which stands before the faults of a file
};

/// Loads every file of models/hostile/<family>: each must be one of `cases`, and each case a file.
/// `suffix`: the ending that all have in common. `format_of(path)`: the reader.
template <class FormatOf>
void expect_refusals(const std::string &family, const std::string &suffix,
                     std::span<const HostileFile> cases, FormatOf format_of) {
  // Of the process's own time. Milliseconds, but for files that ask for as much as quotas allow.
#if defined(__SANITIZE_ADDRESS__)
  constexpr std::clock_t kLongest = 60 * CLOCKS_PER_SEC;
#else
  constexpr std::clock_t kLongest = 10 * CLOCKS_PER_SEC;
#endif
  std::map<std::string, const HostileFile *> expected;
  for (const HostileFile &c : cases) expected[c.file + suffix] = &c;
  for (const auto &entry : std::filesystem::directory_iterator(
           std::filesystem::path(PGSCORE_SOURCE_DIR) / "models" / "hostile" / family)) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    const auto known = expected.find(name);
    const std::string bytes = read_file(entry.path()), format = format_of(entry.path());
    const std::clock_t start = std::clock();
    try {
      formats::load(format, {.bytes = as_bytes(bytes)});
      ADD_FAILURE() << "it was loaded";
    } catch (const Error &e) {
      if (known == expected.end()) {
        ADD_FAILURE() << "no case; it was " << static_cast<int>(e.code()) << ": " << e.message();
      } else {
        EXPECT_EQ(static_cast<int>(e.code()), static_cast<int>(known->second->code));
        const std::string place =
            e.code() == ErrorCode::kInvalidModel ? "invalid " + format + " model: " : "";
        EXPECT_EQ(e.message(), place + known->second->message);
      }
    }
    EXPECT_LT(std::clock() - start, kLongest);
    if (known != expected.end()) expected.erase(known);
  }
  for (const auto &[name, c] : expected) ADD_FAILURE() << "there is no file " << name;
}

/// The first bytes of a good file, up to `end` of them, are refused: the data may end anywhere.
inline void expect_prefixes_refused(const std::string &bytes, const std::string &format,
                                    std::size_t end) {
  for (std::size_t size = 0; size < end; size += 1 + size / 64) {
    const std::string_view prefix = std::string_view(bytes).substr(0, size);
    try {
      formats::load(format, {.bytes = as_bytes(prefix)});
      ADD_FAILURE() << "it loads with " << size << " of " << bytes.size()
                    << " bytes: " << prefix.substr(size - std::min<std::size_t>(size, 40));
    } catch (const Error &) {
    }
  }
}

}  // namespace pgscore::test
