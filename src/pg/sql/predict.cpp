// The scoring functions. Each is a thin shell: the call site gives the outputs of the row, the function makes a Datum of them.
// scoring_function.hpp says which forms there are.
#include <cmath>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_name.hpp"
#include "pg/sql/arguments.hpp"
#include "pg/sql/call_site.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

Datum null_result(FunctionCallInfo fcinfo) {
  fcinfo->isnull = true;
  return 0;
}

struct Scored {
  const double *outputs;  // null: the result is NULL
  plan::Plan plan;
};

/// Scores the row of the call. The frames from here to the executor hold nothing with a destructor.
Scored score(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  if (PG_ARGISNULL(0)) return {};
  CallSite &site = cached<CallSites>(fcinfo->flinfo).find(fcinfo, function);
  const double *outputs = site.score(fcinfo);
  return {outputs, site.plan()};
}

Datum float8_or_null(FunctionCallInfo fcinfo, double value) {
  return std::isnan(value) ? null_result(fcinfo) : Float8GetDatum(value);
}

/// float8[] with NULL for missing elements.
Datum float8_array(const double *values, std::uint32_t count) {
  bool any_missing = false;
  auto *datums = static_cast<Datum *>(palloc(sizeof(Datum) * count + 1));
  auto *nulls = static_cast<bool *>(palloc(count + 1));
  for (std::uint32_t i = 0; i < count; ++i) {
    nulls[i] = std::isnan(values[i]);
    any_missing |= nulls[i];
    datums[i] = Float8GetDatum(values[i]);
  }
  int dims[1] = {static_cast<int>(count)}, lower[1] = {1};
  return PointerGetDatum(construct_md_array(datums, any_missing ? nulls : nullptr, 1, dims, lower, FLOAT8OID, sizeof(float8),
                                            FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

Datum label_datum(FunctionCallInfo fcinfo, plan::Plan plan, double code) {
  if (std::isnan(code)) return null_result(fcinfo);
  const std::string_view label = plan.label(static_cast<std::uint32_t>(code));
  return PointerGetDatum(cstring_to_text_with_len(label.data(), static_cast<int>(label.size())));
}

Datum predict(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  return scored.outputs == nullptr ? null_result(fcinfo) : float8_or_null(fcinfo, scored.outputs[0]);
}

Datum predict_class(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  return scored.outputs == nullptr ? null_result(fcinfo) : label_datum(fcinfo, scored.plan, scored.outputs[0]);
}

/// predict_class(model, input, threshold): the positive class when its probability is above the threshold.
Datum predict_class_at(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  if (scored.outputs == nullptr || PG_ARGISNULL(function.more_argument())) return null_result(fcinfo);
  if (scored.plan.num_labels() != 2)
    throw Error(ErrorCode::kWrongTask,
                "a threshold needs a model with two classes, this one has " + std::to_string(scored.plan.num_labels()));
  const std::uint32_t positive = scored.plan.positive();
  const double probability = scored.outputs[positive];
  if (std::isnan(probability)) return null_result(fcinfo);
  return label_datum(fcinfo, scored.plan, probability > PG_GETARG_FLOAT8(function.more_argument()) ? positive : 1 - positive);
}

Datum predict_proba(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  return scored.outputs == nullptr ? null_result(fcinfo) : float8_array(scored.outputs, scored.plan.num_probabilities());
}

[[noreturn]] void throw_unknown_class(plan::Plan plan, std::string_view wanted) {
  std::string labels;
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i) labels += (i > 0 ? ", " : "") + in_quotes(plan.label(i));
  throw Error(ErrorCode::kInvalidArgument, "the model has no class " + in_quotes(wanted), {}, "Its classes are: " + labels + ".");
}

Datum predict_proba_of(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  if (PG_ARGISNULL(1)) return null_result(fcinfo);
  const Scored scored = score(fcinfo, function);
  if (scored.plan.base() == nullptr) return null_result(fcinfo);
  const text *argument = PG_GETARG_TEXT_PP(1);
  const std::string_view wanted(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
  for (std::uint32_t i = 0; i < scored.plan.num_labels(); ++i)
    if (scored.plan.label(i) == wanted)
      return scored.outputs == nullptr ? null_result(fcinfo) : float8_or_null(fcinfo, scored.outputs[i]);
  throw_unknown_class(scored.plan, wanted);
}

Datum predict_raw(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  return scored.outputs == nullptr ? null_result(fcinfo) : float8_array(scored.outputs, scored.plan.num_raw());
}

Datum predict_leaf(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  if (scored.outputs == nullptr) return null_result(fcinfo);
  const auto count = static_cast<int>(scored.plan.num_trees());
  auto *leaves = static_cast<Datum *>(palloc(sizeof(Datum) * count + 1));
  for (int i = 0; i < count; ++i) leaves[i] = Int32GetDatum(static_cast<std::int32_t>(scored.outputs[i]));
  return PointerGetDatum(construct_array(leaves, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

// ---- predict_outputs ------------------------------------------------------------------------------------------------

void push_text(JsonbParseState **state, JsonbIteratorToken token, std::string_view text) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = const_cast<char *>(text.data());
  value.val.string.len = static_cast<int>(text.size());
  pushJsonbValue(state, token, &value);
}

/// Numbers as float8 prints them; missing is null; JSON has no infinity, so it becomes a string.
void push_number(JsonbParseState **state, double number) {
  JsonbValue value;
  if (std::isnan(number)) {
    value.type = jbvNull;
  } else if (std::isinf(number)) {
    return push_text(state, WJB_VALUE, number > 0 ? "Infinity" : "-Infinity");
  } else {
    value.type = jbvNumeric;
    value.val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(float8out_internal(number)),
                                                            ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  }
  pushJsonbValue(state, WJB_VALUE, &value);
}

Datum predict_outputs(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  const Scored scored = score(fcinfo, function);
  if (scored.outputs == nullptr) return null_result(fcinfo);
  const plan::Plan plan = scored.plan;
  const double *values = scored.outputs;
  const double *probabilities = values + plan.num_values() + plan.num_raw();
  JsonbParseState *state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  if (plan.has_class()) {
    const double code = probabilities[plan.num_probabilities()];
    push_text(&state, WJB_KEY, "class");
    if (std::isnan(code))
      push_number(&state, code);
    else
      push_text(&state, WJB_VALUE, plan.label(static_cast<std::uint32_t>(code)));
  }
  for (std::uint32_t i = 0; i < plan.num_values(); ++i) {
    push_text(&state, WJB_KEY, plan.value_name(i));
    push_number(&state, values[i]);
  }
  if (plan.num_probabilities() > 0) {
    push_text(&state, WJB_KEY, "probabilities");
    pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
    for (std::uint32_t i = 0; i < plan.num_probabilities(); ++i) {
      push_text(&state, WJB_KEY, plan.label(i));
      push_number(&state, probabilities[i]);
    }
    pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

}  // namespace
}  // namespace pgscore::pg

#define PGSCORE_SCORING_FORM(symbol, name)                                                               \
  PGSCORE_FUNCTION(symbol, [](FunctionCallInfo call) {                                                   \
    constexpr pgscore::pg::ScoringFunction kFunction = pgscore::pg::scoring_function_of_symbol(#symbol); \
    return pgscore::pg::name(call, kFunction);                                                           \
  })
#define PGSCORE_SCORING_FUNCTION(name)        \
  PGSCORE_SCORING_FORM(name, name);           \
  PGSCORE_SCORING_FORM(name##_version, name); \
  PGSCORE_SCORING_FORM(name##_columns, name); \
  PGSCORE_SCORING_FORM(name##_columns_version, name)

PGSCORE_SCORING_FUNCTION(predict);
PGSCORE_SCORING_FUNCTION(predict_class);
PGSCORE_SCORING_FUNCTION(predict_class_at);
PGSCORE_SCORING_FUNCTION(predict_proba);
PGSCORE_SCORING_FUNCTION(predict_proba_of);
PGSCORE_SCORING_FUNCTION(predict_raw);
PGSCORE_SCORING_FUNCTION(predict_leaf);
PGSCORE_SCORING_FUNCTION(predict_outputs);
