// Where to cut the probabilities of a model with two classes.
#pragma once
#include <optional>
#include <string>

#include "pg/evaluate/evaluation.hpp"

namespace pgscore::pg {

/// Finds the threshold, for predict_class(model, row, threshold), whose rows above it have
///   precision  at least `at`, with the highest recall
///   recall     at least `at`, with the highest precision
///   cost       the least cost, a missed positive row costing `at` times a false alarm
/// nullopt when no threshold does, or one of the classes has no rows. Throws kInvalidArgument for
/// another metric, and for an `at` out of range; kWrongTask unless there are two classes with
/// probabilities; and what evaluate() throws.
std::optional<double> find_threshold(const EvaluationRequest &request,
                                     const ResolvedVersion &version, const std::string &metric,
                                     double at);

}  // namespace pgscore::pg
