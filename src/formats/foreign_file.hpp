// What a file is that is no model of a known format: pickles, archives, checkpoints of neural
// networks. Told by its first bytes.
#pragma once
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace pgscore::formats {

struct ForeignFile {
  std::string what;    // "a Python pickle"
  std::string advice;  // how its model becomes a file that is read here: sentences
};

/// nullopt when nothing is known about files that begin so.
std::optional<ForeignFile> recognize_foreign_file(Bytes bytes);

}  // namespace pgscore::formats
