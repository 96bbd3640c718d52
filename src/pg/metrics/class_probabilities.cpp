#include "pg/metrics/class_probabilities.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metrics/class_table.hpp"
#include "metrics/sum.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

std::string_view text_of(Datum value) {
  const text *data = call([value] { return DatumGetTextPP(value); });
  return {VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data)};
}

ArrayType *array_argument(FunctionCallInfo fcinfo, int number) {
  const Datum value = PG_GETARG_DATUM(number);
  return call([value] { return DatumGetArrayTypeP(value); });
}

}  // namespace

void ClassLabels::read(FunctionCallInfo fcinfo, int number) {
  ArrayType *array = array_argument(fcinfo, number);
  const std::string_view bytes(reinterpret_cast<const char *>(array), VARSIZE(array));
  if (bytes == bytes_) [[likely]]
    return;
  struct Elements {
    Datum *values;
    bool *nulls;
    int count;
  };
  const Elements labels = call([array] {
    Elements out{};
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &out.values, &out.nulls, &out.count);
    return out;
  });
  if (labels.count < 2)
    throw Error(ErrorCode::kInvalidArgument, "there are fewer than two labels of classes", {},
                "Pass the labels in the order of the probabilities.");
  if (static_cast<std::size_t>(labels.count) > metrics::kMaxClasses)
    throw Error(ErrorCode::kLimitExceeded, "there are too many labels of classes",
                "There are " + std::to_string(labels.count) + ", the limit is " +
                    std::to_string(metrics::kMaxClasses) + ".");
  bytes_.clear();
  indexes_.clear();
  for (int i = 0; i < labels.count; ++i) {
    if (labels.nulls[i])
      throw Error(ErrorCode::kInvalidArgument, "labels of classes must not contain nulls");
    const std::string_view label = text_of(labels.values[i]);
    if (!indexes_.emplace(label, i).second)
      throw Error(ErrorCode::kInvalidArgument, "labels of classes are not different",
                  in_quotes(label) + " is there twice.");
  }
  bytes_ = bytes;
}

std::size_t ClassLabels::index_of(FunctionCallInfo fcinfo, int number) const {
  const std::string_view label = text_of(PG_GETARG_DATUM(number));
  const auto found = indexes_.find(label);
  if (found == indexes_.end()) [[unlikely]]
    throw Error(ErrorCode::kInvalidArgument, "label is none of the labels of classes",
                "A row has the label " + in_quotes(label) + ".",
                "Pass all labels, in the order of the probabilities, or leave such rows out with "
                "FILTER.");
  return found->second;
}

std::span<const double> probabilities_argument(FunctionCallInfo fcinfo, int number,
                                               std::size_t count) {
  ArrayType *array = array_argument(fcinfo, number);
  if (ARR_NDIM(array) > 1)
    throw Error(ErrorCode::kInvalidArgument, "probabilities are an array of several dimensions", {},
                "Pass what predict_proba gives.");
  if (ARR_NDIM(array) != 1 || static_cast<std::size_t>(ARR_DIMS(array)[0]) != count) {
    const int found = call([array] { return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); });
    throw Error(ErrorCode::kInvalidArgument, "there is not one probability for each label",
                "A row has " + std::to_string(found) + " probabilities, and there are " +
                    std::to_string(count) + " labels.");
  }
  if (call([array] { return array_contains_nulls(array); }))
    throw Error(ErrorCode::kInvalidArgument, "probabilities must not contain nulls", {},
                "Leave such rows out with FILTER.");
  const auto *values = reinterpret_cast<const double *>(ARR_DATA_PTR(array));
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    refuse_number(!(values[i] >= 0 && values[i] <= 1), "probability is not from 0 to 1",
                  "probability", values[i], "Pass what predict_proba gives.");
    sum += values[i];
  }
  // As numpy.allclose(1, sum) says it.
  refuse_number(std::fabs(1 - sum) > 1e-8 + 1e-5 * sum, "probabilities do not add up to 1", "sum",
                sum, "Pass the probabilities of all classes, as predict_proba gives them.");
  return {values, count};
}

}  // namespace pgscore::pg
