#include "formats/xgboost/objective.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/graph/outputs.hpp"
#include "model/interpret.hpp"

namespace pgscore::formats::xgboost {
namespace {

using model::Builder;
using model::ColumnId;
using model::LinkFunction;
using model::Op;
using model::Operand;
using model::Precision;

constexpr Precision kFloat = Precision::kFloat32;
constexpr float kRtEps = 1e-6f;  // xgboost/base.h
constexpr std::uint32_t kMaxQuantiles = 256;

// XGBoost 3.4.1, src/objective/*.cu (PredTransform). reg:linear is the name of reg:squarederror
// before 0.90; the gpu: names were those of 0.7 and 0.8.
constexpr Objective kObjectives[] = {
    {"reg:squarederror", Transform::kIdentity},
    {"reg:linear", Transform::kIdentity},
    {"reg:squaredlogerror", Transform::kIdentity},
    {"reg:pseudohubererror", Transform::kIdentity},
    {"reg:absoluteerror", Transform::kIdentity},
    {"reg:quantileerror", Transform::kQuantile},
    {"reg:expectileerror", Transform::kExpectile},
    {"reg:logistic", Transform::kLogistic},
    {"reg:gamma", Transform::kExp},
    {"reg:tweedie", Transform::kExp},
    {"binary:logistic", Transform::kLogistic, true},
    {"binary:logitraw", Transform::kLogitRaw, true},
    {"binary:hinge", Transform::kHinge, true},
    {"multi:softmax", Transform::kSoftmax, true},
    {"multi:softprob", Transform::kSoftmax, true},
    {"count:poisson", Transform::kExp},
    {"survival:cox", Transform::kExp},
    {"survival:aft", Transform::kExp},
    {"rank:pairwise", Transform::kIdentity},
    {"rank:ndcg", Transform::kIdentity},
    {"rank:map", Transform::kIdentity},
    {"gpu:reg:linear", Transform::kIdentity},
    {"gpu:reg:logistic", Transform::kLogistic},
    {"gpu:binary:logistic", Transform::kLogistic, true},
    {"gpu:binary:logitraw", Transform::kLogitRaw, true},
};

float linked(LinkFunction function, float margin) {
  double value = margin;
  model::apply_link(function, kFloat, {&value, 1});
  return static_cast<float>(value);
}

/// common/math.h, Logit.
float logit(float p) { return -std::log(1.0f / p - 1.0f); }

[[noreturn]] void refuse_base_score(const Objective &objective, float base_score,
                                    const char *range) {
  throw Error(ErrorCode::kInvalidModel,
              "base_score " + float32_text(base_score) + " is out of range",
              "It must be " + std::string(range) + " for objective \"" +
                  std::string(objective.name) + "\".");
}

/// ObjFunction::ProbToMargin: objective/regression_loss.h, regression_obj.cu, aft_obj.cu.
float prob_to_margin(const Objective &objective, const Version &version, float base_score) {
  switch (objective.transform) {
    case Transform::kExp:
      if (!(base_score >= 0)) refuse_base_score(objective, base_score, "at least 0");
      return std::log(base_score);
    case Transform::kLogitRaw:
      // Since 1.3.1 base_score is a margin here; before, it was a probability as for
      // binary:logistic. (1.3.0 is taken for 1.3.1: binary files do not tell them apart.)
      if (version >= Version{1, 3, 0}) return base_score;
      [[fallthrough]];
    case Transform::kLogistic:
      if (!(base_score >= 0 && base_score <= 1))
        refuse_base_score(objective, base_score, "between 0 and 1");
      // 3.2 made constant labels work by this bound; versions before refuse 0 and 1 and have no
      // bound.
      if (version >= Version{3, 2, 0} || base_score == 0 || base_score == 1)
        base_score = std::min(std::max(base_score, kRtEps), 1.0f - kRtEps);
      return logit(base_score);
    default:
      return base_score;
  }
}

/// Files from before 1.0 hold the margin. XGBoost since 1.2 turns it into a probability and back
/// when it loads one (learner.cc, LoadModel(dmlc::Stream*)), which may move it by a rounding; so do
/// we, to give the numbers of that library. Two objectives would be harmed by it, and keep the
/// margin that their training library started from: hinge, whose transform is a step, and softmax,
/// for which XGBoost makes the same exception.
float old_base_margin(const Objective &objective, float margin) {
  if (objective.transform == Transform::kLogistic)
    return logit(linked(LinkFunction::kLogistic, margin));
  if (objective.transform == Transform::kExp) return std::log(linked(LinkFunction::kExp, margin));
  return margin;
}

/// x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)): common/math.h, SoftPlus.
ColumnId soft_plus(Builder &builder, ColumnId x) {
  auto apply = [&](Op op, Operand a) { return Operand::of(builder.apply(op, {a}, kFloat)); };
  const Operand margin = Operand::of(x);
  const Operand above = apply(Op::kLog1p, apply(Op::kExp, apply(Op::kNegate, margin)));
  const Operand high = Operand::of(builder.apply(Op::kAdd, {margin, above}, kFloat));
  const Operand low = apply(Op::kLog1p, apply(Op::kExp, margin));
  const Operand positive =
      Operand::of(builder.apply(Op::kGreater, {margin, Operand::value(0)}, kFloat));
  return builder.apply(Op::kIf, {positive, high, low}, kFloat);
}

/// The inverse on the gap between two intercepts: SoftPlusInv.
float soft_plus_inverse(float x) {
  x = std::max(x, kRtEps);
  return x + std::log(-std::expm1(-x));
}

/// objective/regression_obj.cu, ExpectileRegression::PredTransform: expectiles never cross.
std::vector<ColumnId> ascending_expectiles(Builder &builder, std::vector<ColumnId> values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const ColumnId gap = soft_plus(builder, values[i]);
    const ColumnId step =
        builder.apply(Op::kAdd, {Operand::value(kRtEps), Operand::of(gap)}, kFloat);
    values[i] = builder.apply(Op::kAdd, {Operand::of(values[i - 1]), Operand::of(step)}, kFloat);
  }
  return values;
}

/// objective/quantile_obj.cu, QuantileRegression::PredTransform since 3.4: each row's quantiles are
/// sorted.
std::vector<ColumnId> sorted_columns(Builder &builder, std::vector<ColumnId> values) {
  for (std::size_t end = values.size(); end > 1; --end) {
    for (std::size_t i = 1; i < end; ++i) {
      const Operand low = Operand::of(values[i - 1]), high = Operand::of(values[i]);
      values[i - 1] = builder.apply(Op::kMin, {low, high}, kFloat);
      values[i] = builder.apply(Op::kMax, {low, high}, kFloat);
    }
  }
  return values;
}

/// What Booster.predict returns, one column per group; not for softmax.
std::vector<ColumnId> predictions(const Objective &objective, const Version &version,
                                  const std::vector<ColumnId> &margins, Builder &builder) {
  switch (objective.transform) {
    case Transform::kLogistic:
      return link_columns(builder, LinkFunction::kLogistic, margins, kFloat);
    case Transform::kExp:
      return link_columns(builder, LinkFunction::kExp, margins, kFloat);
    case Transform::kHinge: {
      std::vector<ColumnId> steps;
      for (ColumnId margin : margins) {  // hinge.cu: x > 0 ? 1 : 0, so what is not a number is 0
        const ColumnId above =
            builder.apply(Op::kGreater, {Operand::of(margin), Operand::value(0)}, kFloat);
        steps.push_back(
            builder.apply(Op::kIfMissing, {Operand::of(above), Operand::value(0)}, kFloat));
      }
      return steps;
    }
    case Transform::kQuantile:
      return version >= Version{3, 4, 0} ? sorted_columns(builder, margins) : margins;
    case Transform::kExpectile:
      return ascending_expectiles(builder, margins);
    default:
      return margins;
  }
}

void add_multiclass(const std::vector<ColumnId> &margins, bool is_softmax, Builder &builder) {
  const std::vector<ColumnId> probabilities =
      link_columns(builder, LinkFunction::kSoftmax, margins, kFloat);
  set_classes(builder.output(), margins, probabilities);
  // multi:softmax predicts the greatest margin, users of multi:softprob take the greatest
  // probability: rounding may tell them apart when two are nearly equal.
  builder.output().class_code = builder.arg_max(is_softmax ? margins : probabilities);
}

void add_binary(const Objective &objective, ColumnId margin, ColumnId value, Builder &builder) {
  const ColumnId positive =
      objective.transform == Transform::kLogitRaw
          ? link_columns(builder, LinkFunction::kLogistic, {margin}, kFloat)[0]
          : value;
  set_binary(builder, margin, positive, value, kFloat);
  builder.output().class_code =
      builder.apply(Op::kGreater, {Operand::of(positive), Operand::value(0.5)}, kFloat);
}

}  // namespace

const Objective &find_objective(std::string_view name) {
  for (const Objective &objective : kObjectives)
    if (objective.name == name) return objective;
  throw Error(
      ErrorCode::kUnsupportedModel, "unknown XGBoost objective " + shown(name), {},
      "Say with the option \"objective\" which of XGBoost's objectives gives the predictions.");
}

std::vector<float> base_margins(const Objective &objective, const Model &model,
                                std::uint32_t num_groups) {
  if (model.base_score.empty()) throw Error(ErrorCode::kInvalidModel, "base_score is missing");
  for (float base_score : model.base_score)
    if (!std::isfinite(base_score))
      throw Error(ErrorCode::kInvalidModel,
                  "base_score " + float32_text(base_score) + " is not a finite number");
  std::vector<float> margins = model.base_score;
  if (margins.size() == 1) margins.resize(num_groups, margins[0]);
  if (margins.size() != num_groups)
    throw Error(ErrorCode::kInvalidModel, "base_score has " + std::to_string(margins.size()) +
                                              " values, the model has " +
                                              std::to_string(num_groups) + " outputs");
  // Each of these costs graph nodes, in their number or its square. Nobody trains hundreds of
  // quantiles.
  if (objective.transform == Transform::kExpectile || objective.transform == Transform::kQuantile)
    check_limit(num_groups, kMaxQuantiles, "quantiles");
  if (objective.transform == Transform::kExpectile) {
    for (std::size_t i = margins.size() - 1; i > 0; --i)
      margins[i] = soft_plus_inverse(margins[i] - margins[i - 1] - kRtEps);
    return margins;
  }
  for (float &margin : margins)
    margin = model.base_score_is_margin ? old_base_margin(objective, margin)
                                        : prob_to_margin(objective, model.version, margin);
  // gblinear has one intercept for all groups besides its biases: gbm/gblinear.cc,
  // PredictBatchInternal, base_score(0).
  if (model.booster == "gblinear") std::fill(margins.begin(), margins.end(), margins[0]);
  return margins;
}

void add_outputs(const Objective &objective, const Version &version, model::ColumnId margins,
                 std::uint32_t num_groups, model::Builder &builder) {
  const std::vector<ColumnId> raw = model::column_range(margins, num_groups);
  if (objective.transform == Transform::kSoftmax)
    return add_multiclass(raw, objective.name == "multi:softmax", builder);
  const std::vector<ColumnId> values = predictions(objective, version, raw, builder);
  if (num_groups == 1 && objective.is_classification)
    return add_binary(objective, raw[0], values[0], builder);
  set_values(builder.output(), raw, values);
}

}  // namespace pgscore::formats::xgboost
