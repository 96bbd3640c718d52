// A MiningField: how a model uses a field, and what it does with values that are missing, invalid
// or outlying (PMML 4.4, MiningSchema).
#pragma once
#include <cstdint>

#include "formats/pmml/fields.hpp"

namespace pgscore::formats::pmml {

/// Whether the usageType says that the field is what the model predicts.
bool is_target(const XmlElement &mining_field);
/// Whether the usageType says that no score depends on the field. Throws kInvalidModel when the
/// usage is unknown.
bool is_ignored(const XmlElement &mining_field);

enum class Invalid : std::uint8_t { kReturnInvalid, kAsIs, kAsMissing, kAsValue };
/// Reads invalidValueTreatment. Throws kInvalidModel when it is unknown.
Invalid invalid_treatment(const XmlElement &mining_field);

/// Treats the values of an input as a MiningField of the outermost model says. `field`: what the
/// data dictionary says of it, or null. Rows that have no result are added to `reading`. Throws
/// kInvalidModel for treatments that are unknown or do not fit the type.
Column treat_input(const XmlElement &mining_field, const DataField *field, Column column,
                   Reading &reading);
/// The same in a model within another one, whose MiningField has treated the column already: only
/// what that one let through can still be invalid.
Column treat_again(const XmlElement &mining_field, const DataField *field, Column column,
                   Reading &reading);

}  // namespace pgscore::formats::pmml
