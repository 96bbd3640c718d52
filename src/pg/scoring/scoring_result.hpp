// The outputs of a row -> the SQL value of a scoring function. There is one function for each kind;
// calls that are executed row by row and calls that are scored in batches use the same.
#pragma once
#include <string_view>

#include "pg/scoring/scoring_function.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct ScoredModel {
  plan::Plan plan;
  std::string_view name;  // as the call has it; for messages
};

/// Makes the SQL value. `outputs`: those of the row, as the kind's Want gives them; null when the
/// row's result is NULL. `more`: the argument of that name. Memory for the result is palloc'ed. May
/// ereport; throws Error for a wrong `more`.
using MakeResult = NullableDatum (*)(const ScoredModel &model, const double *outputs,
                                     const NullableDatum &more);

/// float8: the first value that the model predicts; NULL where it is missing.
NullableDatum predict_result(const ScoredModel &model, const double *outputs,
                             const NullableDatum &more);
/// text: the label of the class; NULL where there is no class.
NullableDatum predict_class_result(const ScoredModel &model, const double *outputs,
                                   const NullableDatum &more);
/// text: the positive label when its probability is above the threshold `more` (float8), otherwise
/// the other; NULL where either is missing. Throws kWrongTask unless there are two labels, and
/// kInvalidArgument for a threshold that is no probability.
NullableDatum predict_class_at_result(const ScoredModel &model, const double *outputs,
                                      const NullableDatum &more);
/// float8[]: the probabilities in the order of the labels, missing ones as null elements.
NullableDatum predict_proba_result(const ScoredModel &model, const double *outputs,
                                   const NullableDatum &more);
/// float8: the probability of the class with the label `more` (text); NULL where it is missing.
/// Throws kInvalidArgument for a label that the model does not have, even when the row is NULL.
NullableDatum predict_proba_of_result(const ScoredModel &model, const double *outputs,
                                      const NullableDatum &more);
/// float8[]: the num_raw() raw outputs, missing ones as null elements.
NullableDatum predict_raw_result(const ScoredModel &model, const double *outputs,
                                 const NullableDatum &more);
/// int4[]: for each tree the training library's number of the leaf.
NullableDatum predict_leaf_result(const ScoredModel &model, const double *outputs,
                                  const NullableDatum &more);
/// jsonb: an object with the class, the probabilities by label, and all named outputs. Missing is
/// null, an infinite number is a text.
NullableDatum predict_outputs_result(const ScoredModel &model, const double *outputs,
                                     const NullableDatum &more);

/// float8[]: the contribution of each input, and the bias; missing ones as null elements.
NullableDatum predict_contrib_result(const ScoredModel &model, const double *outputs,
                                     const NullableDatum &more);
NullableDatum predict_contrib_of_result(const ScoredModel &model, const double *outputs,
                                        const NullableDatum &more);
/// float8[]: the same, and behind them the inputs.
NullableDatum explained_result(const ScoredModel &model, const double *outputs,
                               const NullableDatum &more);

/// Throws kInvalidArgument: the model has no class `wanted`, a text of the database; the HINT lists
/// its classes.
[[noreturn]] void throw_unknown_class(const ScoredModel &model, std::string_view wanted);
/// Throws kInvalidArgument when a threshold of predict_class is no probability.
void check_threshold(double threshold, std::string_view model);

/// Gives the function of a kind.
MakeResult result_of(const ScoringKind &kind);

/// Says whether the result is NULL before the row is looked at: predict_proba_of needs a class.
inline bool is_null_at_once(const ScoringKind &kind, const NullableDatum &more) {
  return kind.more && !kind.more_is_last && !kind.more_may_be_null && more.isnull;
}

}  // namespace pgscore::pg
