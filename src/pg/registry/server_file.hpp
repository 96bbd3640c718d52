// Model files that lie on the server.
#pragma once
#include <string>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Reads a regular file into memory of the current context, with the quota of model files in place
/// of pg_read_binary_file's 1 GB; a cancel stops it. Whether the user may is not asked here. Throws
/// kInvalidArgument with the reason when the file cannot be read, kLimitExceeded, and PgError.
bytea *read_server_file(const std::string &path);

}  // namespace pgscore::pg
