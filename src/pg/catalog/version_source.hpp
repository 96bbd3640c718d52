// What a version was imported from: the file, and what the import was told about it.
#pragma once
#include <cstdint>
#include <string>

#include "formats/format.hpp"

namespace pgscore::pg {

struct VersionSource {
  std::string format;
  formats::Source source;  // its bytes are palloc'ed in the memory context that was current
};

/// Of the version with this id as the active snapshot sees it; asks for no privilege. May ereport.
VersionSource source_of(std::int64_t version_id);

}  // namespace pgscore::pg
