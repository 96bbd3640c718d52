// Digests: of files, of plans, of what decides the scores of a version.
#pragma once
#include <string>

#include "base/bytes.hpp"

namespace pgscore::pg {

/// The SHA-256 of `bytes` and `more` behind them, 32 bytes. A cancel stops it. Throws PgError.
std::string sha256(Bytes bytes, Bytes more = {});

}  // namespace pgscore::pg
