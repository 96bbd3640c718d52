// What whoever imports a file should know about it, and what is no reason to refuse it.
#pragma once
#include <string>

namespace pgscore::model {

/// As PostgreSQL's messages: one phrase without a full stop, then whole sentences. ASCII: texts of
/// the file as shown() gives them.
struct Warning {
  std::string message, detail, hint;
};

}  // namespace pgscore::model
