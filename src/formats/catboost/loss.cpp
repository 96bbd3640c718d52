// The loss of a model -> links, classes, decision. What predict() of the Python package returns:
// private/libs/algo/ apply.cpp and eval_helpers.cpp (PrepareEval) and
// python-package/catboost/core.py (_get_default_prediction_type), 1.2.10.
//
// CatBoost itself computes the exponentials of softmax, Poisson and Tweedie by an approximation of
// its own (library/cpp/fast_exp); here they are those of the C library.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "formats/catboost/build.hpp"
#include "formats/graph/outputs.hpp"

namespace pgscore::formats::catboost {
namespace {

using model::Builder;
using model::ColumnId;
using model::LinkFunction;
using model::Op;
using model::Operand;
using model::Output;

enum class Transform : std::uint8_t {
  kIdentity,
  kExp,
  kBinary,
  kSoftmax,
  kOneVsAll,    // each class by itself; the greatest wins
  kMultiLabel,  // each label by itself; any number of them holds
  kUncertainty,
};

struct Loss {
  std::string_view name;
  Transform transform;
};

// Losses that are not here are regression or ranking: predict returns the sum of the trees.
constexpr std::array kLosses = {
    Loss{"Logloss", Transform::kBinary},
    Loss{"CrossEntropy", Transform::kBinary},
    Loss{"Focal", Transform::kBinary},
    Loss{"MultiClass", Transform::kSoftmax},
    Loss{"MultiClassOneVsAll", Transform::kOneVsAll},
    Loss{"MultiLogloss", Transform::kMultiLabel},
    Loss{"MultiCrossEntropy", Transform::kMultiLabel},
    Loss{"Poisson", Transform::kExp},
    Loss{"Tweedie", Transform::kExp},
    Loss{"RMSEWithUncertainty", Transform::kUncertainty},
};

Transform transform_of(std::string_view loss) {
  const auto found = std::find_if(kLosses.begin(), kLosses.end(),
                                  [&](const Loss &known) { return known.name == loss; });
  return found == kLosses.end() ? Transform::kIdentity : found->transform;
}

/// model.cpp, GetModelClassLabels.
std::vector<std::string> class_labels(const Info &info, std::size_t num_classes) {
  for (const ClassOptions *options : {&info.class_params, &info.multiclass_params}) {
    if (!options->is_given) continue;
    if (!options->class_names.empty()) return options->class_names;
    if (options->classes_count > 0) return numbered_labels(options->classes_count);
    if (!options->class_to_label.empty()) return options->class_to_label;
    break;
  }
  return info.params_class_names.empty() ? numbered_labels(num_classes) : info.params_class_names;
}

/// Classes that were named but did not occur have no trees: their margin is -infinity
/// (labels/external_label_helper.cpp, MakeExternalApprox).
std::vector<ColumnId> with_absent_classes(const Info &info, std::vector<ColumnId> raw,
                                          std::size_t num_labels, Builder &builder) {
  if (raw.size() == num_labels) return raw;
  const ClassOptions &options =
      info.class_params.is_given ? info.class_params : info.multiclass_params;
  auto disagree = [&] {
    refuse("the model has " + std::to_string(num_labels) + " class labels, its leaves have " +
           std::to_string(raw.size()) + " values");
  };
  if (num_labels < raw.size() || options.class_to_label.size() != raw.size()) disagree();
  const ColumnId absent =
      builder.apply(Op::kNegate, {Operand::value(std::numeric_limits<double>::infinity())});
  std::vector<ColumnId> all(num_labels, absent);
  for (std::size_t k = 0; k < raw.size(); ++k) {
    const auto label = parse_float64(options.class_to_label[k]);
    if (!label || !(*label >= 0 && *label < static_cast<double>(num_labels)) ||
        *label != std::floor(*label))
      disagree();
    all[static_cast<std::size_t>(*label)] = raw[k];
  }
  return all;
}

constexpr model::Precision kDouble = model::Precision::kFloat64;

void add_binary(const Info &info, ColumnId margin, Builder &builder) {
  const std::vector<std::string> labels = class_labels(info, 2);
  if (labels.size() != 2)
    refuse("a model of two classes has " + std::to_string(labels.size()) + " class labels");
  const ColumnId positive = link_columns(builder, LinkFunction::kLogistic, {margin}, kDouble)[0];
  set_binary(builder, margin, positive, positive, kDouble);
  builder.output().labels = labels;
  // helpers/math_utils.h, Logit: the margin is compared, not the probability.
  const double threshold = info.probability_threshold.value_or(0.5);
  if (!(threshold > 0 && threshold < 1))
    refuse("binclass_probability_threshold is not between 0 and 1");
  builder.output().class_code = builder.apply(
      Op::kGreater, {Operand::of(margin), Operand::value(-std::log(1 / threshold - 1))});
}

void add_classes(const Info &info, Transform transform, std::vector<ColumnId> raw,
                 Builder &builder) {
  std::vector<std::string> labels = class_labels(info, raw.size());
  if (transform == Transform::kMultiLabel && labels.size() != raw.size())
    labels = numbered_labels(raw.size());
  check_limit(labels.size(), builder.limits().max_outputs, "classes");
  const std::vector<ColumnId> margins =
      with_absent_classes(info, std::move(raw), labels.size(), builder);
  const auto function =
      transform == Transform::kSoftmax ? LinkFunction::kSoftmax : LinkFunction::kLogistic;
  set_classes(builder.output(), margins, link_columns(builder, function, margins, kDouble));
  builder.output().labels = std::move(labels);
  // Labels that do not exclude each other have no one class.
  if (transform != Transform::kMultiLabel) builder.output().class_code = builder.arg_max(margins);
}

void add_values(Transform transform, const std::vector<ColumnId> &raw, Builder &builder) {
  Output &output = builder.output();
  if (transform == Transform::kUncertainty && raw.size() == 2) {
    // The second value is the logarithm of the standard deviation; CatBoost returns the variance
    // (eval_processing.h, CalcSquaredExponentInplace).
    const ColumnId twice = builder.apply(Op::kMultiply, {Operand::of(raw[1]), Operand::value(2)});
    output.task = model::Task::kRegression;
    output.raw = raw;
    output.values = {{"mean", raw[0]}, {"variance", builder.apply(Op::kExp, {Operand::of(twice)})}};
    return;
  }
  set_values(
      output, raw,
      transform == Transform::kExp ? link_columns(builder, LinkFunction::kExp, raw, kDouble) : raw);
}

}  // namespace

void add_outputs(const Info &info, const std::vector<ColumnId> &raw, Builder &builder) {
  const bool by_params = !info.params_loss.empty();
  const std::string &loss = by_params ? info.params_loss : info.loss;
  const std::string &parameters = by_params ? info.params_loss_parameters : info.loss_parameters;
  builder.set_objective(parameters.empty() ? loss : loss + ":" + parameters);
  const Transform transform = transform_of(loss);
  const bool has_classes = transform == Transform::kSoftmax || transform == Transform::kOneVsAll ||
                           transform == Transform::kMultiLabel;
  if (transform == Transform::kBinary && raw.size() == 1) return add_binary(info, raw[0], builder);
  if (has_classes && raw.size() > 1) return add_classes(info, transform, raw, builder);
  if (transform == Transform::kBinary || has_classes)
    refuse("leaves have " + std::to_string(raw.size()) + " values, which does not fit the loss \"" +
           loss + "\"");
  add_values(transform, raw, builder);
}

}  // namespace pgscore::formats::catboost
