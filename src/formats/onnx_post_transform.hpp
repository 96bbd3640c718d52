// What ai.onnx.ml's predictors do with their scores at the end (post_transform), and the outputs of
// its classifiers.
//
// Computed in float32 with the operations of ONNX Runtime 1.21, core/providers/cpu/ml/ml_common.h,
// one by one: trees give its bits (as far as exp and log of the C library are the same).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "formats/onnx_operator.hpp"

namespace pgscore::formats {

// As TreeEnsemble numbers them
enum class PostTransform : std::uint8_t { kNone, kSoftmax, kLogistic, kSoftmaxZero, kProbit };
PostTransform onnx_post_transform(const OnnxCall &call);

/// Of two and more scores.
std::vector<model::Operand> transform_scores(OnnxGraph &graph, PostTransform transform,
                                             std::vector<model::Operand> scores);
model::Operand onnx_probit(OnnxGraph &graph, model::Operand score);

/// The two scores that ONNX Runtime makes of the only one of a binary classifier.
enum class SecondScore : std::uint8_t {
  kComplement,  // 1 - s, s
  kNegative,    // -s, s; or logistic(-s), logistic(s)
};
/// `precision`: of the score.
std::vector<model::Operand> second_score(OnnxGraph &graph, SecondScore kind,
                                         PostTransform transform, model::Operand score,
                                         model::Precision precision = model::Precision::kFloat32);

/// The labels of a classifier, texts or integers.
struct OnnxLabels {
  std::vector<std::string> texts;
  std::vector<double> numbers;  // empty for texts
  OnnxType type() const {
    return numbers.empty() && !texts.empty() ? OnnxType::kString : OnnxType::kInt64;
  }
};
/// "0" and "1".
OnnxLabels zero_and_one(OnnxType type);
/// Any number of them, none as well.
OnnxLabels onnx_labels(const OnnxCall &call, std::string_view texts, std::string_view integers);

/// What a predictor ends with.
struct OnnxScores {
  std::vector<model::Operand> scores;
  // What the scores were before the transform: OnnxValue::margins
  std::vector<model::Operand> margins;
  bool of_pairs = false;
};
/// Of one score; no transform but PROBIT changes it.
OnnxScores one_score(OnnxGraph &graph, PostTransform transform, model::Operand score);
/// transform_scores of two and more scores.
OnnxScores transformed(OnnxGraph &graph, PostTransform transform,
                       std::vector<model::Operand> scores);
/// An output of one row of scores.
void output_scores(const OnnxCall &call, std::size_t output, OnnxType type, OnnxScores scores);
/// Outputs 0 and 1: the label with that number, and the scores.
void output_classes(const OnnxCall &call, const OnnxLabels &labels, model::Operand index,
                    OnnxScores scores);

}  // namespace pgscore::formats
