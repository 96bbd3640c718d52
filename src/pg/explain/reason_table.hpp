// The reason codes of models: what an applicant is told of a feature that counted against them.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

namespace pgscore::pg {

/// Texts of the database.
struct Reason {
  std::string code, text;
};
/// By the name of the feature, in UTF-8.
using Reasons = std::unordered_map<std::string, Reason>;

/// Gives the reason codes of a model as the active snapshot sees them. Checks no privilege. Throws
/// PgError.
Reasons reasons_of(std::int64_t model_id);

}  // namespace pgscore::pg
