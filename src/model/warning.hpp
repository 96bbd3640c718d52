// What a user who imports a file should know about it, and what is no reason to refuse it.
#pragma once
#include <string>

namespace pgscore::model {

/// A message, a phrase without a full stop as PostgreSQL's are, and detail and hint, whole
/// sentences. All are ASCII: texts of the file as shown() gives them.
struct Warning {
  std::string message, detail, hint;
};

}  // namespace pgscore::model
