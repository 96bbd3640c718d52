// What a row gives a model, and which values it takes.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/columns.hpp"
#include "model/text_operation.hpp"

namespace pgscore::model {

/// What happens to a category that is not in the list of its input.
enum class UnknownPolicy : std::uint8_t {
  kMissing,  // it is missing
  kKeep,     // it is kUnknownCategory: the graph has its own treatment (one-hot of an unknown level
             // is all zeros)
  kError,    // the row is an error
  kNull,     // the result is NULL
};
/// What happens to a missing value.
enum class MissingPolicy : std::uint8_t {
  kNative,  // what the training library does
  kError,   // the row is an error
  kNull,    // the result is NULL
};
/// Which numbers the training library takes; any other is an error. NaN is missing in every range.
enum class NumberRange : std::uint8_t {
  kAny,
  kFinite,   // no infinities
  kFloat32,  // finite when rounded to float32 (scikit-learn's trees, utils/validation.py
             // _assert_all_finite)
};

/// What a number column counts, for inputs that SQL gives as dates and times.
enum class Unit : std::uint8_t {
  kNone,          // a number
  kDays,          // a date: days since 1970-01-01
  kSeconds,       // a timestamp: seconds since 1970-01-01 00:00, leap seconds not counted
  kSecondsOfDay,  // a time of day: seconds since midnight
};

/// An input of a model, which a row gives a value.
struct Input {
  std::string name;
  ColumnType type = ColumnType::kNumber;
  // kCategory: code i stands for categories[i]. They are distinct, and may be empty strings.
  std::vector<std::string> categories = {};
  UnknownPolicy on_unknown = UnknownPolicy::kMissing;
  MissingPolicy on_missing = MissingPolicy::kNative;
  NumberRange range = NumberRange::kAny;  // kNumber
  Unit unit = Unit::kNone;                // kNumber
  // kCategory: what is done with a text before it is looked up, in this order. Tables and trees see
  // the code of what comes out.
  std::vector<TextOperation> text_operations = {};
};

}  // namespace pgscore::model
