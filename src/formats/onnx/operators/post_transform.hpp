// What ai.onnx.ml's predictors do with their scores at the end (post_transform), and the outputs of
// its classifiers.
//
// Computed in float32 with the operations of ONNX Runtime 1.21, core/providers/cpu/ml/ml_common.h,
// one by one: trees give its bits (as far as exp and log of the C library are the same).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {

// As TreeEnsemble numbers them
enum class PostTransform : std::uint8_t { kNone, kSoftmax, kLogistic, kSoftmaxZero, kProbit };

/// Reads the attribute post_transform, NONE when there is none. Throws kInvalidModel for an unknown
/// name (which ONNX Runtime takes for PROBIT) and an attribute that is no string.
PostTransform post_transform_of(const Call &call);

/// Of two and more scores.
std::vector<model::Operand> transform_scores(Graph &graph, PostTransform transform,
                                             std::vector<model::Operand> scores);
model::Operand probit(Graph &graph, model::Operand score);

/// The two scores that ONNX Runtime makes of the only one of a binary classifier.
enum class SecondScore : std::uint8_t {
  kComplement,  // 1 - s, s
  kNegative,    // -s, s; or logistic(-s), logistic(s)
};
/// `precision`: of the score.
std::vector<model::Operand> second_score(Graph &graph, SecondScore kind, PostTransform transform,
                                         model::Operand score,
                                         model::Precision precision = model::Precision::kFloat32);

/// The labels of a classifier, texts or integers.
struct Labels {
  std::vector<std::string> texts;
  std::vector<double> numbers;  // empty for texts
  /// Gives kString for texts; kInt64 for integers, and when there are no labels.
  Type type() const { return numbers.empty() && !texts.empty() ? Type::kString : Type::kInt64; }
};
/// "0" and "1".
Labels zero_and_one(Type type);
/// Any number of them, none as well.
Labels labels_of(const Call &call, std::string_view texts, std::string_view integers);

/// What a predictor ends with.
struct Scores {
  std::vector<model::Operand> scores;
  // What the scores were before the transform: Value::margins
  std::vector<model::Operand> margins;
  bool of_pairs = false;
};
/// Of one score; no transform but PROBIT changes it.
Scores one_score(Graph &graph, PostTransform transform, model::Operand score);
/// transform_scores of two and more scores.
Scores transformed(Graph &graph, PostTransform transform, std::vector<model::Operand> scores);
/// An output of one row of scores.
void output_scores(const Call &call, std::size_t output, Type type, Scores scores);
/// Outputs 0 and 1: the label with that number, and the scores.
void output_classes(const Call &call, const Labels &labels, model::Operand index, Scores scores);

}  // namespace pgscore::formats::onnx
