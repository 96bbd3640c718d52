// A model as JSON for people: what inspect_model shows and the catalog keeps.
#pragma once
#include <string>

#include "model/model.hpp"

namespace pgscore::model {

/// Gives a JSON object: format, objective, task, labels, positive_class, features [{name, type,
/// categories, on_unknown, on_missing, range}], outputs, num_trees, num_nodes, max_depth, facts
/// {...}. UTF-8 as it came in; invalid UTF-8 is replaced.
std::string describe(const Model &model);

/// Gives only the array of features of describe().
std::string describe_features(const Model &model);

}  // namespace pgscore::model
