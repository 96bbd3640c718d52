// Computes digests of files, of plans, and of what decides the scores of a version.
#pragma once
#include <string>

#include "base/bytes.hpp"

namespace pgscore::pg {

/// Computes the SHA-256 of `bytes` followed by `more`: 32 bytes. A cancel stops it. Throws PgError.
std::string sha256(Bytes bytes, Bytes more = {});

}  // namespace pgscore::pg
