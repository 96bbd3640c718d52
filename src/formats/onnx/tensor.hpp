// What an ONNX value is while the graph is read: a grid of the IR's columns and constants, of one
// row.
//
// The score of a row is what the graph gives when it runs with that row alone: the batch dimension
// is 1, so every shape is known when the model is imported. Operators on shapes only move elements;
// operators on constants are computed at once.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/onnx/model.hpp"
#include "model/model.hpp"

namespace pgscore::formats::onnx {

/// Lists that many elements share.
using Texts = std::shared_ptr<const std::vector<std::string>>;
using Numbers = std::shared_ptr<const std::vector<double>>;

/// What an element can be, when that is a known list: every text, and the labels of classifiers.
/// Value i is texts()[i], and numbers()[i] where the element is a number.
struct Domain {
  static constexpr std::uint32_t kNoInput = UINT32_MAX;
  model::Operand index;  // i; kUnknownCategory: none of them
  Texts text_list = nullptr;
  Numbers number_list = nullptr;   // none for texts
  std::uint32_t input = kNoInput;  // a text of this input of the model: texts are its categories

  /// Every domain has texts; numbers() may be asked only where has_numbers(), and has one for each
  /// text then.
  const std::vector<std::string> &texts() const { return *text_list; }
  bool has_numbers() const { return number_list != nullptr && !number_list->empty(); }
  const std::vector<double> &numbers() const { return *number_list; }
  /// Of a domain whose index is constant.
  const std::string &constant_text() const {
    return texts().at(static_cast<std::size_t>(index.constant));
  }
};

struct Element {
  model::Operand value;                  // a number; nothing for a text
  std::shared_ptr<const Domain> domain;  // of a text always
};

struct Value {
  Type type = Type::kFloat;
  std::vector<std::int64_t> shape;
  // One of these holds the elements, the last dimension fastest; all are empty when there are none.
  std::vector<double> numbers;     // all constant
  std::vector<std::string> texts;  // all constant, of type kString
  std::vector<Element> elements;
  /// A map (ZipMap's output, or an input that is one): the elements belong to these keys.
  bool is_map = false;
  std::vector<std::string> keys;
  /// Scores: what their last transform (logistic, softmax, ...) was applied to, for predict_raw.
  /// Empty: not known to be scores.
  std::vector<model::Operand> margins;
  /// Scores that belong to pairs of classes, not to classes.
  bool of_pairs = false;
  /// Constants some of which were integers beyond 2^53: they are rounded here.
  bool has_rounded_integers = false;

  /// Whether no row decides an element; true without elements, too. size() is the number of
  /// elements that are there, the product of `shape` when the value is complete.
  bool is_constant() const { return elements.empty(); }
  std::size_t size() const { return numbers.size() + texts.size() + elements.size(); }
};

/// A value without its elements yet.
inline Value make_value(Type type, std::vector<std::int64_t> shape) {
  Value value;
  value.type = type;
  value.shape = std::move(shape);
  return value;
}
inline model::Precision precision_of(Type type) {
  return type == Type::kFloat ? model::Precision::kFloat32 : model::Precision::kFloat64;
}
inline bool is_floating(Type type) { return type == Type::kFloat || type == Type::kDouble; }
inline bool is_integral(Type type) {
  return !is_floating(type) && type != Type::kString && type != Type::kBool;
}

}  // namespace pgscore::formats::onnx
