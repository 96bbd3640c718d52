// A value of the SQL type pgscore.planned_model: the first argument of the calls that the planner makes, a constant that says
// which model is called and what the arguments are. Its text is its value, so that EXPLAIN shows it and a foreign server
// reads it:
//     credit version 3 (age, "Monthly income")      the arguments are these columns
//     credit@champion version 3 (*)                 the arguments are the features, by position
//     credit@3 (age, "Monthly income")              of a model_version: the version is in the name
// Names stand in double quotes unless they are made of letters, digits and _ . - @ only; a quote within them is doubled.
//
// Which version is scored is not decided here: the name is looked up through the active snapshot when the call is executed, as
// everywhere, and the columns are bound by name to the version found. The planned version says which columns were needed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pgscore::pg {

struct PlannedModel {
  std::string reference;  // 'credit', 'credit@champion', 'credit@3'
  int version = 0;        // what it stood for in the planning snapshot
  bool by_position = false;
  std::vector<std::string> columns;  // names of the arguments of the input, in order; empty when by_position
};

std::string to_text(const PlannedModel &planned);
/// Throws kInvalidArgument.
PlannedModel parse_planned_model(std::string_view text);

}  // namespace pgscore::pg
