// Gives what a version was imported from: the file, and what the import was told about it.
#pragma once
#include <cstdint>
#include <string>

#include "formats/format.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::pg {

struct VersionSource {
  std::string format;
  formats::Source source;  // its bytes are palloc'ed in the memory context that was current
};

/// Reads the version with this id as the active snapshot sees it. Checks no privilege. Throws
/// PgError.
VersionSource source_of(std::int64_t version_id);

/// Makes the plan again, as this release compiles it, and verifies it. Throws as the import would.
plan::PlanMemory plan_made_from(const VersionSource &made_from);

}  // namespace pgscore::pg
