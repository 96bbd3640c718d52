// A value of the SQL type pgscore.planned_model: the first argument of the calls that the planner
// makes. It is a constant that says which model is called and what the arguments are. EXPLAIN shows
// it, and a foreign server reads it, as a text:
//     credit version 3 #9f86d081884c (age, "Monthly income")   the arguments are these columns
//     credit@champion version 3 #9f86d081884c (*)              the arguments are the features, by
//                                                              position
//     credit@3 #9f86d081884c (=)                               of a model_version; the input is as
//                                                              it was written
// Names stand in double quotes unless they are made of letters, digits and _ . - @ only; a quote
// within them is doubled.
//
// The digits behind # are the identity of the version's content (catalog_version.identity). The
// call fails where the version of that number has other content. So a call that is shipped to
// another server never scores another model.
//
// A call that is executed where it was planned looks its name up through the active snapshot, as
// every call does, and binds the columns by name to the version found. A call that arrives as text
// was planned elsewhere, and its sender counts on the version that it names: the type's input
// function makes 'credit@3' of 'credit version 3'.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgscore::registry {

/// What the arguments of the input are.
enum class PlannedInput : std::uint8_t {
  kColumns,     // the columns that are named
  kByPosition,  // the features, in the model's order
  kAsWritten,   // one value of any form that people may pass: jsonb, an array
};

struct PlannedModel {
  std::string reference;       // 'credit', 'credit@champion', 'credit@3'
  int version = 0;             // what it stood for in the planning snapshot
  std::uint64_t identity = 0;  // of that version's content: ResolvedVersion::identity
  PlannedInput input = PlannedInput::kColumns;
  std::vector<std::string> columns;  // kColumns: names of the arguments of the input, in order
};

/// Writes the text above, which parse_planned_model reads again. `version` is written unless the
/// reference says it. Throws kInvalidArgument when `reference` is none.
std::string to_text(const PlannedModel &planned);
/// Reads what to_text writes. Throws kInvalidArgument for any other text.
PlannedModel parse_planned_model(std::string_view text);

/// Makes of a call that was planned on another server one of exactly the version that it names.
PlannedModel as_planned_elsewhere(PlannedModel planned);

}  // namespace pgscore::registry
