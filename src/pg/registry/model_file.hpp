// A model file, and what the caller of a SQL function says about it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "formats/format.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

struct ModelFile {
  const bytea *artifact = nullptr;  // not toasted
  std::string format = "auto";
  // In the encoding of the database, as the arguments are:
  std::string options = "{}";           // JSON
  std::optional<std::string> features;  // JSON
  std::vector<std::string> labels;

  /// Gives what formats::load takes; it views the artifact. Throws kInvalidArgument for options and
  /// features that cannot be read.
  formats::Source source() const;
};

/// Reads the arguments format, options, features and labels, which stand in this order from number
/// `first` on. The caller adds the artifact. Throws kMissingValue and PgError.
ModelFile model_file_arguments(FunctionCallInfo fcinfo, int first);

}  // namespace pgscore::pg
