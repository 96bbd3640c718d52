#include "explain/additive.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "model/interpret.hpp"
#include "model/names.hpp"
#include "model/node_inputs.hpp"

namespace pgscore::explain {
namespace {

using model::ColumnId;
using model::Op;
using model::Operand;

[[noreturn]] void refuse(const std::string &what) {
  throw Error(ErrorCode::kUnsupportedModel, "the model has no exact contributions",
              "Its score is not a sum of trees and of functions of single features: " + what + ".");
}

std::string kind_of(const model::Node &node) {
  if (const auto *apply = std::get_if<model::Apply>(&node.body))
    return "the operation \"" + std::string(model::name_of(apply->op)) + '"';
  static constexpr const char *kKinds[] = {
      "an operation",     "a table",          "a list of bins",
      "a table",          "a tree ensemble",  "a linear predictor",
      "a link function",  "a decision",       "a reduction that is no sum",
      "a ranking",        "a predicate tree", "a dense layer",
      "a kernel machine", "a coupling",       "a distance"};
  static_assert(std::size(kKinds) == std::variant_size_v<decltype(model::Node::body)>);
  return kKinds[node.body.index()];
}

bool is_missing_constant(Operand operand) {
  return operand.is_constant() && std::isnan(operand.constant);
}

/// Whether the node adds, or multiplies with constants, and nothing else.
bool is_sum(const model::Node &node) {
  if (const auto *reduce = std::get_if<model::Reduce>(&node.body))
    return !reduce->skip_missing && (reduce->function == model::Reduction::kSum ||
                                     reduce->function == model::Reduction::kMean);
  const auto *apply = std::get_if<model::Apply>(&node.body);
  if (apply == nullptr) return false;
  const auto &args = apply->args;
  switch (apply->op) {
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kNegate:
    case Op::kToFloat32:
      return true;
    case Op::kMultiply:
      return args[0].is_constant() || args[1].is_constant();
    case Op::kDivide:
      return args[1].is_constant();
    case Op::kIf:
      return is_missing_constant(args[1]) || is_missing_constant(args[2]);
    default:
      return false;
  }
}

}  // namespace

class Sums::Parts {
 public:
  Parts(const model::Model &model, const std::vector<std::uint32_t> &inputs)
      : model_(model),
        inputs_(inputs),
        producer_(model.num_columns, nullptr),
        holds_predictor_(model.num_columns, false) {
    for (const model::Node &node : model.nodes)
      for (std::uint32_t k = 0; k < node.num_outputs; ++k) producer_[node.first_output + k] = &node;
    find_predictors();
  }

  /// Work to do is a list, so that a long chain of sums needs no deep stack.
  Sum sum_of(ColumnId column) {
    constexpr std::size_t kMostParts = 1'000'000, kMostPartsOfAll = 100'000'000;
    sum_ = {};
    work_ = {{column, 1}};
    for (std::size_t i = 0; i < work_.size(); ++i) {
      check_limit(work_.size(), kMostParts, "parts of a score");
      check_limit(++num_parts_, kMostPartsOfAll, "parts of its scores");
      const ColumnTerm part = work_[i];
      take_apart(part);
    }
    return std::move(sum_);
  }

 private:
  void add(Operand operand, double scale) {
    if (operand.is_constant())
      sum_.bias += scale * operand.constant;
    else
      work_.push_back({operand.column, scale});
  }

  /// Finds the columns that trees or linear predictors are parts of. They are taken apart also
  /// where they depend on one feature: the bias has a part of them.
  void find_predictors() {
    for (const model::Node &node : model_.nodes) {
      bool holds = std::holds_alternative<model::TreeEnsemble>(node.body) ||
                   std::holds_alternative<model::Linear>(node.body);
      if (!holds && is_sum(node))
        model::for_each_input(node,
                              [&](ColumnId column) { holds = holds || holds_predictor_[column]; });
      if (holds)
        for (std::uint32_t k = 0; k < node.num_outputs; ++k)
          holds_predictor_[node.first_output + k] = true;
    }
  }

  void take_apart(const ColumnTerm &part) {
    const model::Node *node = producer_[part.column];
    if (node != nullptr) {
      const std::uint32_t output = part.column - node->first_output;
      if (const auto *trees = std::get_if<model::TreeEnsemble>(&node->body))
        return add_trees(*trees, output, part.scale);
      if (const auto *linear = std::get_if<model::Linear>(&node->body))
        return add_linear(*linear, output, part.scale);
    }
    if (inputs_[part.column] < model_.inputs.size() && !holds_predictor_[part.column]) {
      sum_.columns.push_back(part);
      return;
    }
    if (node == nullptr) refuse("a column is nobody's");
    if (inputs_[part.column] == kNoInput) {
      sum_.bias += part.scale * constant(part.column);
      return;
    }
    if (!is_sum(*node)) refuse("features meet in " + kind_of(*node));
    if (const auto *apply = std::get_if<model::Apply>(&node->body))
      add_operation(*apply, part.scale);
    else
      add_reduction(std::get<model::Reduce>(node->body), part.scale);
  }

  /// Numbers beyond float32 are infinite there, and 0 times such a number is missing.
  void note_precision(model::Precision precision) {
    if (precision == model::Precision::kFloat32) sum_.may_be_missing = true;
  }

  /// A column that depends on no input.
  double constant(ColumnId column) {
    if (constants_.empty())
      constants_ =
          model::interpret(model_, std::vector<double>(model_.inputs.size(), model::kMissing));
    return constants_[column];
  }

  void add_trees(const model::TreeEnsemble &trees, std::uint32_t group, double scale) {
    if (trees.linear_leaves) refuse("its trees have linear leaves");
    if (trees.aggregate == model::Aggregate::kAverage) scale /= trees.divisor;
    sum_.bias += scale * trees.base[group];
    sum_.trees.push_back({&trees, group, scale});
  }

  void add_linear(const model::Linear &linear, std::uint32_t output, double scale) {
    note_precision(linear.precision);
    sum_.bias += scale * linear.intercept[output];
    for (const model::LinearTerm &term : linear.terms) {
      if (!term.by_level && linear.on_missing == model::Linear::OnMissing::kPropagate) {
        add(Operand::of(term.column), scale * term.coefficients[output]);
        continue;
      }
      if (inputs_[term.column] == kManyInputs) refuse("several features decide a term of it");
      PredictorTerm one{{term.column, term.by_level, {}}, linear.on_missing, scale};
      for (std::size_t k = output; k < term.coefficients.size(); k += linear.num_outputs)
        one.term.coefficients.push_back(term.coefficients[k]);
      sum_.terms.push_back(std::move(one));
    }
  }

  void add_operation(const model::Apply &apply, double scale) {
    const auto &args = apply.args;
    note_precision(apply.precision);
    switch (apply.op) {
      case Op::kAdd:
        add(args[0], scale);
        return add(args[1], scale);
      case Op::kSubtract:
        add(args[0], scale);
        return add(args[1], -scale);
      case Op::kNegate:
        return add(args[0], -scale);
      case Op::kToFloat32:
        note_precision(model::Precision::kFloat32);
        return add(args[0], scale);
      case Op::kMultiply:
        return args[1].is_constant() ? add(args[0], scale * args[1].constant)
                                     : add(args[1], scale * args[0].constant);
      case Op::kDivide:
        return add(args[0], scale / args[1].constant);
      default:  // the score, but for rows of which a condition is true: PMML's invalid values
        sum_.may_be_missing = true;
        return add(is_missing_constant(args[1]) ? args[2] : args[1], scale);
    }
  }

  void add_reduction(const model::Reduce &reduce, double scale) {
    note_precision(reduce.precision);
    if (reduce.function == model::Reduction::kMean)
      scale /= static_cast<double>(reduce.inputs.size());
    for (const ColumnId input : reduce.inputs) add(Operand::of(input), scale);
  }

  const model::Model &model_;
  const std::vector<std::uint32_t> &inputs_;
  std::vector<const model::Node *> producer_;  // of each column; null: an input
  std::vector<bool> holds_predictor_;          // of each column
  std::vector<double> constants_;              // all columns of a row without values
  std::vector<ColumnTerm> work_;
  std::size_t num_parts_ = 0;  // of all columns
  Sum sum_;
};

Sums::Sums(const model::Model &model, const std::vector<std::uint32_t> &inputs)
    : parts_(std::make_unique<Parts>(model, inputs)) {}

Sums::~Sums() = default;

Sum Sums::of(ColumnId column) { return parts_->sum_of(column); }

std::vector<std::uint32_t> inputs_of_columns(const model::Model &model) {
  std::vector<std::uint32_t> inputs(model.num_columns, kNoInput);
  for (std::uint32_t i = 0; i < model.inputs.size(); ++i) inputs[i] = i;
  for (const model::Node &node : model.nodes) {
    std::uint32_t input = kNoInput;
    model::for_each_input(node, [&](ColumnId column) {
      const std::uint32_t other = inputs[column];
      if (other == kNoInput || other == input) return;
      input = input == kNoInput ? other : kManyInputs;
    });
    std::fill_n(inputs.begin() + node.first_output, node.num_outputs, input);
  }
  return inputs;
}

}  // namespace pgscore::explain
