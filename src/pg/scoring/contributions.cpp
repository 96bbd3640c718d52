#include "pg/scoring/contributions.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/scoring/scoring_result.hpp"
#include "pg/settings.hpp"

namespace pgscore::pg {
namespace {

/// Adds the model's name to what the core says.
PlanRef explanation_for(const ResolvedVersion &version, std::string_view model) {
  try {
    return explanation_of(version);
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kUnsupportedModel) throw;
    throw Error(error.code(), "model " + in_quotes(model) + " has no exact contributions",
                error.detail().empty() ? error.message() : error.detail(), error.hint());
  }
}

[[noreturn]] void throw_several_margins(plan::Plan plan, std::string_view model) {
  const bool classifies = plan.task() == model::Task::kClassification;
  throw Error(ErrorCode::kWrongTask,
              "model " + in_quotes(model) + " has " + std::to_string(plan.num_raw()) +
                  (classifies ? " margins, one for each class" : " targets"),
              "Contributions belong to one of them.",
              classifies ? "Name the class: predict_contrib_of(model, class, input)."
                         : "Name the target: predict_contrib_of(model, target, input).");
}

}  // namespace

Contributions::Contributions(const ResolvedVersion &version, plan::Plan plan,
                             const ScoringKind &kind, std::string_view model)
    : explanation_(explanation_for(version, model)),
      plan_(plan),
      model_(model),
      with_inputs_(kind.contributions == ContributionsOf::kRowAndInputs),
      workspace_(explanation_.explanation(), kernel_name()) {
  if (explanation_.explanation().num_outputs() != plan.num_raw() ||
      explanation_.explanation().num_inputs() != plan.num_inputs())
    throw Error(ErrorCode::kInternal,
                "the explanation of model " + in_quotes(model) + " belongs to another plan");
  if (!kind.more && plan.num_raw() != 1) throw_several_margins(plan, model);
}

WantedMargin Contributions::margin_of(const NullableDatum &wanted_class) {
  if (wanted_class.isnull) {
    if (plan_.num_raw() != 1) throw_several_margins(plan_, model_);
    return {};
  }
  const text *argument = DatumGetTextPP(wanted_class.value);
  const std::string_view label(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument));
  if (last_class_ != label) {
    last_margin_ = find_margin(label);
    last_class_ = label;
  }
  return last_margin_;
}

WantedMargin Contributions::find_margin(std::string_view label) const {
  const std::string_view wanted = in_utf8(label);
  if (plan_.task() != model::Task::kClassification) {
    for (std::uint32_t i = 0; i < plan_.num_raw() && i < plan_.num_values(); ++i)
      if (plan_.output_name(i) == wanted) return {i, false};
    throw Error(ErrorCode::kInvalidArgument,
                "model " + in_quotes(model_) + " has no target " + in_quotes(label));
  }
  for (std::uint32_t i = 0; i < plan_.num_labels(); ++i) {
    if (plan_.label(i) != wanted) continue;
    if (plan_.num_raw() == plan_.num_labels()) return {i, false};
    if (plan_.num_raw() == 1 && plan_.num_labels() == 2) return {0, i != plan_.positive()};
    throw Error(ErrorCode::kWrongTask,
                "the margins of model " + in_quotes(model_) + " do not belong to single classes");
  }
  throw_unknown_class({plan_, model_}, label);
}

std::size_t Contributions::width() const {
  const std::size_t inputs = plan_.num_inputs();
  return inputs + 1 + (with_inputs_ ? inputs : 0);
}

void Contributions::compute(const double *inputs, const WantedMargin *wanted, std::size_t count,
                            double *out) {
  const std::size_t num_inputs = plan_.num_inputs(), num_values = num_inputs + 1;
  values_.resize(count * num_values);
  for (std::size_t row = 0; row < count;) {
    std::size_t end = row + 1;
    while (end < count && wanted[end].output == wanted[row].output) ++end;
    explain::contributions(explanation_.explanation(), wanted[row].output,
                           inputs + row * num_inputs, num_inputs, end - row, workspace_,
                           values_.data() + row * num_values, kServerInterrupt);
    row = end;
  }
  for (std::size_t row = 0; row < count; ++row) {
    const double *from = values_.data() + row * num_values;
    double *to = out + row * width();
    const double sign = wanted[row].negated ? -1 : 1;
    std::transform(from, from + num_values, to, [sign](double value) { return sign * value; });
    if (with_inputs_) std::copy_n(inputs + row * num_inputs, num_inputs, to + num_values);
  }
}

}  // namespace pgscore::pg
