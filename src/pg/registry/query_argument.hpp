// A query that is an argument of a function, as text.
#pragma once
#include <string>
#include <vector>

namespace pgscore::pg {

/// Parses the query with the rights of the caller, and gives the names of its columns. Throws
/// PgError where it is no valid statement, kInvalidArgument where it is none or several, or no
/// SELECT. Connects SPI by itself.
std::vector<std::string> columns_of_query(const std::string &query);

/// Throws kInvalidArgument, with the names that there are, unless `column` is one of them.
void require_column(const std::vector<std::string> &columns, const std::string &column);

/// Gives the query for a FROM list, "(query) AS q"; a semicolon at its end is left out.
std::string rows_of(const std::string &query);

}  // namespace pgscore::pg
