#include "pg/scoring/scoring_result.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/compat/jsonb_compat.hpp"
#include "plan/output_texts.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr NullableDatum kNull{0, true};
NullableDatum value(Datum datum) { return {datum, false}; }

NullableDatum float8_or_null(double number) {
  return std::isnan(number) ? kNull : value(Float8GetDatum(number));
}

/// Makes a float8[] with NULL for missing elements.
NullableDatum float8_array(const double *values, std::uint32_t count) {
  bool any_missing = false;
  auto *datums = static_cast<Datum *>(palloc(sizeof(Datum) * count + 1));
  auto *nulls = static_cast<bool *>(palloc(count + 1));
  for (std::uint32_t i = 0; i < count; ++i) {
    nulls[i] = std::isnan(values[i]);
    any_missing |= nulls[i];
    datums[i] = Float8GetDatum(values[i]);
  }
  int dims[1] = {static_cast<int>(count)}, lower[1] = {1};
  return value(PointerGetDatum(construct_md_array(datums, any_missing ? nulls : nullptr, 1, dims,
                                                  lower, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
                                                  TYPALIGN_DOUBLE)));
}

NullableDatum label_or_null(plan::Plan plan, double code) {
  const std::optional<std::string_view> label = plan::label_of(plan, code);
  if (!label) return kNull;
  const std::string_view text = in_server_encoding(*label);
  return value(
      PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size()))));
}

void push_text(compat::JsonbState *state, JsonbIteratorToken token, std::string_view text) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = const_cast<char *>(text.data());
  value.val.string.len = static_cast<int>(text.size());
  compat::push_jsonb(state, token, &value);
}

/// Writes a number as float8 prints it. Missing is null. JSON has no infinity, so that is a string.
void push_number(compat::JsonbState *state, double number) {
  JsonbValue value;
  if (std::isnan(number)) {
    value.type = jbvNull;
  } else if (std::isinf(number)) {
    return push_text(state, WJB_VALUE, number > 0 ? "Infinity" : "-Infinity");
  } else {
    value.type = jbvNumeric;
    value.val.numeric =
        DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(float8out_internal(number)),
                                            ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  }
  compat::push_jsonb(state, WJB_VALUE, &value);
}

void push_text_or_null(compat::JsonbState *state, std::optional<std::string_view> text) {
  if (text)
    push_text(state, WJB_VALUE, in_server_encoding(*text));
  else
    push_number(state, model::kMissing);
}

/// Gives the key of the named output `i` in the object of predict_outputs. That object has the keys
/// "class" and "probabilities" if the model has a class and probabilities. An output that is called
/// like one of those present, or like that with underscores in front, gets one more underscore in
/// front: so no two keys are equal, with any names that a model may have.
std::string_view key_of_output(plan::Plan plan, std::uint32_t i) {
  const std::string_view name = plan.output_name(i);
  const std::string_view bare = name.substr(std::min(name.find_first_not_of('_'), name.size()));
  const bool is_taken = (plan.has_class() && bare == "class") ||
                        (plan.num_probabilities() > 0 && bare == "probabilities");
  if (!is_taken) return name;
  auto *key = static_cast<char *>(palloc(name.size() + 1));
  key[0] = '_';
  std::memcpy(key + 1, name.data(), name.size());
  return {key, name.size() + 1};
}

/// Writes the named output `i`: a number, or one of its texts. There may be some ten thousands.
void push_output(compat::JsonbState *state, plan::Plan plan, std::uint32_t i, double number) {
  CHECK_FOR_INTERRUPTS();
  push_text(state, WJB_KEY, in_server_encoding(key_of_output(plan, i)));
  if (plan.num_output_texts(i) == 0) return push_number(state, number);
  push_text_or_null(state, plan::text_of_output(plan, i, number));
}

}  // namespace

void throw_unknown_class(const ScoredModel &model, std::string_view wanted) {
  std::string labels;
  for (std::uint32_t i = 0; i < model.plan.num_labels(); ++i)
    labels += (i > 0 ? ", " : "") + in_quotes(in_server_encoding(model.plan.label(i)));
  throw Error(ErrorCode::kInvalidArgument,
              "model " + in_quotes(model.name) + " has no class " + in_quotes(wanted), {},
              "Its classes are: " + labels + ".");
}

void check_threshold(double threshold, std::string_view model) {
  if (threshold >= 0 && threshold <= 1) return;
  throw Error(ErrorCode::kInvalidArgument,
              "threshold for model " + in_quotes(model) + " is not between 0 and 1", {},
              "predict_class compares it with the probability of the positive class; predict_raw "
              "gives margins.");
}

NullableDatum predict_result(const ScoredModel &, const double *outputs, const NullableDatum &) {
  return outputs == nullptr ? kNull : float8_or_null(outputs[0]);
}

NullableDatum predict_class_result(const ScoredModel &model, const double *outputs,
                                   const NullableDatum &) {
  return outputs == nullptr ? kNull : label_or_null(model.plan, outputs[0]);
}

/// predict_class(model, input, threshold)
NullableDatum predict_class_at_result(const ScoredModel &model, const double *outputs,
                                      const NullableDatum &more) {
  if (outputs == nullptr || more.isnull) return kNull;
  if (model.plan.num_labels() != 2)
    throw Error(ErrorCode::kWrongTask,
                "a threshold needs a model with two classes, model " + in_quotes(model.name) +
                    " has " + std::to_string(model.plan.num_labels()),
                {}, "Without a threshold predict_class gives the most probable class.");
  const std::uint32_t positive = model.plan.positive();
  const double probability = outputs[positive], threshold = DatumGetFloat8(more.value);
  check_threshold(threshold, model.name);
  if (std::isnan(probability)) return kNull;
  return label_or_null(model.plan, probability > threshold ? positive : 1 - positive);
}

NullableDatum predict_proba_result(const ScoredModel &model, const double *outputs,
                                   const NullableDatum &) {
  return outputs == nullptr ? kNull : float8_array(outputs, model.plan.num_probabilities());
}

NullableDatum predict_proba_of_result(const ScoredModel &model, const double *outputs,
                                      const NullableDatum &more) {
  if (more.isnull) return kNull;
  const text *argument = DatumGetTextPP(more.value);
  const std::string_view wanted(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
  const std::string_view label = in_utf8(wanted);
  for (std::uint32_t i = 0; i < model.plan.num_labels(); ++i)
    if (model.plan.label(i) == label)
      return outputs == nullptr ? kNull : float8_or_null(outputs[i]);
  throw_unknown_class(model, wanted);
}

NullableDatum predict_raw_result(const ScoredModel &model, const double *outputs,
                                 const NullableDatum &) {
  return outputs == nullptr ? kNull : float8_array(outputs, model.plan.num_raw());
}

NullableDatum predict_contrib_result(const ScoredModel &model, const double *outputs,
                                     const NullableDatum &) {
  return outputs == nullptr ? kNull : float8_array(outputs, model.plan.num_inputs() + 1);
}

NullableDatum predict_contrib_of_result(const ScoredModel &model, const double *outputs,
                                        const NullableDatum &more) {
  return predict_contrib_result(model, outputs, more);
}

NullableDatum explained_result(const ScoredModel &model, const double *outputs,
                               const NullableDatum &) {
  return outputs == nullptr ? kNull : float8_array(outputs, 2 * model.plan.num_inputs() + 1);
}

NullableDatum predict_leaf_result(const ScoredModel &model, const double *outputs,
                                  const NullableDatum &) {
  if (outputs == nullptr) return kNull;
  const auto count = static_cast<int>(model.plan.num_trees());
  auto *leaves = static_cast<Datum *>(palloc(sizeof(Datum) * count + 1));
  for (int i = 0; i < count; ++i) leaves[i] = Int32GetDatum(static_cast<std::int32_t>(outputs[i]));
  return value(
      PointerGetDatum(construct_array(leaves, count, INT4OID, sizeof(int32), true, TYPALIGN_INT)));
}

NullableDatum predict_outputs_result(const ScoredModel &model, const double *outputs,
                                     const NullableDatum &) {
  if (outputs == nullptr) return kNull;
  const plan::Plan plan = model.plan;
  const double *probabilities = outputs + plan.num_values() + plan.num_raw();
  compat::JsonbState state{};
  compat::push_jsonb(&state, WJB_BEGIN_OBJECT, nullptr);
  if (plan.has_class()) {
    push_text(&state, WJB_KEY, "class");
    push_text_or_null(&state, plan::label_of(plan, probabilities[plan.num_probabilities()]));
  }
  for (std::uint32_t i = 0; i < plan.num_values(); ++i) push_output(&state, plan, i, outputs[i]);
  if (plan.num_probabilities() > 0) {
    push_text(&state, WJB_KEY, "probabilities");
    compat::push_jsonb(&state, WJB_BEGIN_OBJECT, nullptr);
    for (std::uint32_t i = 0; i < plan.num_probabilities(); ++i) {
      CHECK_FOR_INTERRUPTS();
      push_text(&state, WJB_KEY, in_server_encoding(plan.label(i)));
      push_number(&state, probabilities[i]);
    }
    compat::push_jsonb(&state, WJB_END_OBJECT, nullptr);
  }
  const double *more = probabilities + plan.num_probabilities() + (plan.has_class() ? 1 : 0);
  for (std::uint32_t i = 0; i < plan.num_more(); ++i)
    push_output(&state, plan, plan.num_values() + i, more[i]);
  compat::push_jsonb(&state, WJB_END_OBJECT, nullptr);
  return value(JsonbPGetDatum(JsonbValueToJsonb(state.result)));
}

MakeResult result_of(const ScoringKind &kind) {
  // In the order of kScoringKinds.
  constexpr MakeResult kFunctions[] = {predict_result,          predict_class_result,
                                       predict_class_at_result, predict_proba_result,
                                       predict_proba_of_result, predict_raw_result,
                                       predict_leaf_result,     predict_outputs_result,
                                       predict_contrib_result,  predict_contrib_of_result,
                                       explained_result};
  static_assert(std::size(kFunctions) == std::size(kScoringKinds));
  return kFunctions[&kind - kScoringKinds];
}

}  // namespace pgscore::pg
