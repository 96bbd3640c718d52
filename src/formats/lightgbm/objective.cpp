#include "formats/lightgbm/objective.hpp"

#include <string>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/graph/outputs.hpp"

namespace pgscore::formats::lightgbm {
namespace {

using model::Builder;
using model::ColumnId;
using model::LinkFunction;
using model::Op;
using model::Operand;

enum class Outputs : std::uint8_t { kOne, kClasses, kAny };

struct KnownObjective {
  std::string_view name;
  Transform transform;
  bool is_classification = false;
  Outputs outputs = Outputs::kOne;
};

// LightGBM 4.6: src/objective/objective_function.cpp CreateObjectiveFunction(string) with the names
// of ParseObjectiveAlias (include/LightGBM/config.h), and each class's ConvertOutput. Files of 2.x
// say xentropy and xentlambda. Losses that differ in training only share a transform.
constexpr KnownObjective kObjectives[] = {
    {"regression", Transform::kIdentity},
    {"regression_l2", Transform::kIdentity},
    {"mean_squared_error", Transform::kIdentity},
    {"mse", Transform::kIdentity},
    {"l2", Transform::kIdentity},
    {"l2_root", Transform::kIdentity},
    {"root_mean_squared_error", Transform::kIdentity},
    {"rmse", Transform::kIdentity},
    {"regression_l1", Transform::kIdentity},
    {"mean_absolute_error", Transform::kIdentity},
    {"mae", Transform::kIdentity},
    {"l1", Transform::kIdentity},
    {"huber", Transform::kIdentity},
    {"fair", Transform::kIdentity},
    {"quantile", Transform::kIdentity},
    {"mape", Transform::kIdentity},
    {"mean_absolute_percentage_error", Transform::kIdentity},
    {"poisson", Transform::kExp},
    {"gamma", Transform::kExp},
    {"tweedie", Transform::kExp},
    {"binary", Transform::kSigmoid, true},
    {"cross_entropy", Transform::kSigmoid, true},
    {"xentropy", Transform::kSigmoid, true},
    {"cross_entropy_lambda", Transform::kLog1pExp},
    {"xentlambda", Transform::kLog1pExp},
    {"lambdarank", Transform::kIdentity},
    {"rank_xendcg", Transform::kIdentity},
    {"xendcg", Transform::kIdentity},
    {"xe_ndcg", Transform::kIdentity},
    {"xe_ndcg_mart", Transform::kIdentity},
    {"xendcg_mart", Transform::kIdentity},
    {"multiclass", Transform::kSoftmax, true, Outputs::kClasses},
    {"softmax", Transform::kSoftmax, true, Outputs::kClasses},
    {"multiclassova", Transform::kSigmoid, true, Outputs::kClasses},
    {"multiclass_ova", Transform::kSigmoid, true, Outputs::kClasses},
    {"ova", Transform::kSigmoid, true, Outputs::kClasses},
    {"ovr", Transform::kSigmoid, true, Outputs::kClasses},
    {"none", Transform::kIdentity, false, Outputs::kAny},
    {"null", Transform::kIdentity, false, Outputs::kAny},
    {"na", Transform::kIdentity, false, Outputs::kAny},
    {"custom", Transform::kIdentity, false, Outputs::kAny},
};

const KnownObjective &find_objective(std::string_view name) {
  for (const KnownObjective &objective : kObjectives)
    if (objective.name == name) return objective;
  throw Error(
      ErrorCode::kUnsupportedModel, "unknown LightGBM objective " + shown(name), {},
      "Say with the option \"objective\" which of LightGBM's objectives gives the predictions.");
}

/// The words of "multiclassova num_class:3 sigmoid:0.7".
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

constexpr model::Precision kDouble = model::Precision::kFloat64;

ColumnId transformed(const Objective &objective, ColumnId margin, Builder &builder) {
  const Operand x = Operand::of(margin);
  switch (objective.transform) {
    case Transform::kSigmoid:
      // binary_objective.hpp: 1 / (1 + exp(-sigmoid * x)); the sign may move from one factor to the
      // product.
      if (objective.sigmoid != 1)
        margin = builder.apply(Op::kMultiply, {x, Operand::value(objective.sigmoid)});
      return link_columns(builder, LinkFunction::kLogistic, {margin}, kDouble)[0];
    case Transform::kExp:
      return link_columns(builder, LinkFunction::kExp, {margin}, kDouble)[0];
    case Transform::kLog1pExp:  // xentropy_objective.hpp, CrossEntropyLambda
      return builder.apply(Op::kLog1p, {Operand::of(builder.apply(Op::kExp, {x}))});
    case Transform::kSignedSquare:  // regression_objective.hpp, reg_sqrt: sign(x) * x * x
      return builder.apply(Op::kMultiply, {Operand::of(builder.apply(Op::kAbs, {x})), x});
    default:
      return margin;
  }
}

}  // namespace

Objective read_objective(const Model &model) {
  Objective objective;
  const std::uint32_t num_outputs = model.num_tree_per_iteration;
  if (model.sigmoid) {
    // gbdt.cpp of 2.0.0, Predict: the line sigmoid= alone decides. (1.0 had it for one class only.)
    objective.sigmoid = *model.sigmoid;
    objective.transform = *model.sigmoid > 0 ? Transform::kSigmoid
                          : num_outputs > 1  ? Transform::kSoftmax
                                             : Transform::kIdentity;
    objective.is_classification = objective.transform != Transform::kIdentity;
    return objective;
  }
  if (!model.objective) return objective;
  const std::vector<std::string_view> parts = words(*model.objective);
  if (parts.empty()) return objective;
  const KnownObjective &known = find_objective(parts[0]);
  objective.transform = known.transform;
  objective.is_classification = known.is_classification;
  for (const std::string_view part : parts) {
    // cross_entropy has no such parameter: xentropy_objective.hpp.
    if (part.starts_with("sigmoid:") && known.name != "cross_entropy" && known.name != "xentropy") {
      const std::optional<double> sigmoid = parse_float64(part.substr(8));
      if (!sigmoid || !(*sigmoid > 0) || *sigmoid > 1e300)
        throw Error(ErrorCode::kInvalidModel,
                    "sigmoid " + shown(part.substr(8)) + " is not a positive number");
      objective.sigmoid = *sigmoid;
    } else if (part == "sqrt" && known.transform == Transform::kIdentity && known.name != "huber") {
      // RegressionL2loss(strs); RegressionHuberLoss(strs) takes it back
      objective.transform = Transform::kSignedSquare;
    } else if (part.starts_with("num_class:") &&
               parse_integer(part.substr(10)) != std::int64_t{num_outputs}) {
      throw Error(ErrorCode::kInvalidModel,
                  "the objective has num_class " + shown(part.substr(10)) + ", the model has " +
                      std::to_string(num_outputs) + " trees per iteration");
    }
  }
  // 2.0.3 and 2.0.4 trained poisson on the value itself: no class of regression_objective.hpp had a
  // ConvertOutput before 2.0.7.
  if (model.is_of_2017 && objective.transform == Transform::kExp)
    objective.transform = Transform::kIdentity;
  if (known.outputs == Outputs::kOne && num_outputs != 1)
    throw Error(ErrorCode::kInvalidModel, "objective " + shown(known.name) +
                                              " has one output, the model has " +
                                              std::to_string(num_outputs) + " trees per iteration");
  if (known.outputs == Outputs::kClasses && num_outputs < 2)
    throw Error(ErrorCode::kInvalidModel,
                "objective " + shown(known.name) + " needs two classes or more");
  return objective;
}

void add_outputs(const Objective &objective, const std::vector<ColumnId> &raw,
                 const std::vector<ColumnId> &margins, Builder &builder) {
  model::Output &output = builder.output();
  if (objective.is_classification && margins.size() == 1) {
    const ColumnId positive = transformed(objective, margins[0], builder);
    set_binary(builder, raw[0], positive, positive, kDouble);
    // python-package/lightgbm/sklearn.py, LGBMClassifier.predict: argmax of (1 - p, p).
    output.class_code =
        builder.apply(Op::kGreater, {Operand::of(positive), Operand::of(output.probabilities[0])});
    return;
  }
  std::vector<ColumnId> values;
  if (objective.transform == Transform::kSoftmax)
    values = link_columns(builder, LinkFunction::kSoftmax, margins, kDouble);
  else
    for (const ColumnId margin : margins) values.push_back(transformed(objective, margin, builder));
  if (objective.is_classification) {
    // The probabilities of multiclassova are each class's against the rest: they do not sum to 1.
    set_classes(output, raw, values);
    output.class_code = builder.arg_max(values);
  } else {
    set_values(output, raw, values);
  }
}

}  // namespace pgscore::formats::lightgbm
