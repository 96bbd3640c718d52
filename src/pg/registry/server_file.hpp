// Reads model files that lie on the server.
#pragma once
#include <string>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Reads a regular file into memory of the current context. The quota of model files replaces the
/// 1 GB of pg_read_binary_file; a cancel stops the reading. The caller checks the user's rights.
/// Throws kInvalidArgument with the reason when the file cannot be read, kLimitExceeded, and
/// PgError.
bytea *read_server_file(const std::string &path);

}  // namespace pgscore::pg
