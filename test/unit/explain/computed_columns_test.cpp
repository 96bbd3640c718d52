// Contributions of columns that are computed: scaled numbers, one-hot groups, terms by the level of
// a category, terms that are left out where a value is missing, and trees on such columns.
//
// The value of a set of known features is that of the trees, whose splits on columns of unknown
// features average, and of the terms of the features that are known: so a term contributes itself.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <random>

#include "model/builder.hpp"
#include "model/interpret.hpp"
#include "support/explained_rows.hpp"

namespace pgscore::explain {
namespace {

using model::ColumnId;
using model::Linear;
using model::Op;
using model::Operand;
using model::Split;
using model::TreeEnsemble;

constexpr std::uint32_t kNumbers = 3, kInputs = 4, kCategory = 3, kLevels = 4;

class Sample {
 public:
  explicit Sample(std::uint32_t seed) : random_(seed) {
    for (std::uint32_t i = 0; i < kNumbers; ++i) {
      builder_.add_input({.name = "x" + std::to_string(i)});
      columns_.push_back({i, i});
    }
    builder_.add_input({.name = "c",
                        .type = model::ColumnType::kCategory,
                        .categories = {"a", "b", "c", "d"},
                        .on_unknown = model::UnknownPolicy::kKeep});
    for (std::uint32_t i = below(3); i > 0; --i) add_scaled();
    if (below(3) > 0) add_one_hot();
    for (std::uint32_t i = 1 + below(3); i > 0; --i) add_part();
    builder_.output().raw = {*raw_};
    builder_.output().values = {{"value", *raw_, {}}};
    model_ = builder_.finish();
  }

  const model::Model &model() const { return model_; }

  std::vector<double> row() {
    std::vector<double> row;
    for (std::uint32_t i = 0; i < kNumbers; ++i)
      row.push_back(below(9) == 0 ? model::kMissing : below(9) * 0.25 - 1);
    row.push_back(below(9) == 0 ? model::kMissing : static_cast<double>(below(kLevels + 1)) - 1);
    return row;
  }

  /// By the definition, over all subsets.
  std::vector<double> expected(const std::vector<double> &row) const {
    const std::vector<double> columns = model::interpret(model_, row);
    return test::shapley(kInputs, [&](std::uint32_t known) {
      double value = 0;
      for (const Part &part : parts_) {
        const model::Node &node = model_.nodes[part.node];
        if (const auto *linear = std::get_if<Linear>(&node.body))
          value += part.scale * value_of(*linear, columns, known);
        else
          value += part.scale * value_of(std::get<TreeEnsemble>(node.body), columns, known);
      }
      return value;
    });
  }

 private:
  struct Column {
    ColumnId id;
    std::uint32_t input;
  };
  struct Part {
    std::size_t node;
    double scale;
  };

  std::uint32_t below(std::uint32_t count) {
    return std::uniform_int_distribution<std::uint32_t>(0, count - 1)(random_);
  }
  double number() { return std::uniform_real_distribution<double>(-2, 2)(random_); }
  ColumnId apply(Op op, Operand x, Operand y) {
    ++num_nodes_;
    return builder_.apply(op, {x, y});
  }

  void add_scaled() {
    const std::uint32_t input = below(kNumbers);
    const ColumnId centered = apply(Op::kSubtract, Operand::of(input), Operand::value(number()));
    columns_.push_back({apply(Op::kDivide, Operand::of(centered), Operand::value(1.75)), input});
  }
  void add_one_hot() {
    for (std::uint32_t level = 0; level < kLevels; ++level)
      columns_.push_back(
          {apply(Op::kIndicator, Operand::of(kCategory), Operand::value(level)), kCategory});
  }

  /// Adds a linear predictor or trees to the margin, times a number.
  void add_part() {
    const ColumnId column = below(2) == 0 ? add_linear() : add_trees();
    const double scale = below(2) == 0 ? 1 : number();
    parts_.push_back({num_nodes_ - 1, scale});
    const ColumnId scaled =
        scale == 1 ? column : apply(Op::kMultiply, Operand::of(column), Operand::value(scale));
    raw_ = raw_ ? apply(Op::kAdd, Operand::of(*raw_), Operand::of(scaled)) : scaled;
  }

  ColumnId add_linear() {
    Linear linear;
    linear.on_missing = below(2) == 0 ? Linear::OnMissing::kPropagate : Linear::OnMissing::kSkip;
    linear.intercept = {number()};
    for (std::uint32_t i = 1 + below(5); i > 0; --i) {
      model::LinearTerm term{
          columns_[below(static_cast<std::uint32_t>(columns_.size()))].id, false, {number()}};
      if (below(3) == 0) term = {kCategory, true, {number(), number(), number(), number()}};
      linear.terms.push_back(term);
    }
    ++num_nodes_;
    return builder_.linear(std::move(linear));
  }

  ColumnId add_trees() {
    model::EnsembleBuilder trees = builder_.ensemble();
    TreeEnsemble &settings = trees.settings();
    for (const Column &column : columns_) settings.features.push_back(column.id);
    settings.features.push_back(kCategory);
    settings.compare = settings.sum = model::Precision::kFloat64;
    settings.base = {number()};
    for (std::uint32_t t = 1 + below(3); t > 0; --t) {
      std::uint32_t next = 1;
      trees.begin_tree(0);
      grow(trees, below(5), 64, 0, next);
      trees.end_tree();
    }
    ++num_nodes_;
    return builder_.trees(trees.finish());
  }

  void grow(model::EnsembleBuilder &trees, std::uint32_t levels, double cover, std::uint32_t id,
            std::uint32_t &next) {
    if (levels == 0 || below(6) == 0) {
      trees.leaf(id, number());
      trees.cover(cover);
      return;
    }
    const std::uint32_t left = next++, right = next++;
    const auto feature = below(static_cast<std::uint32_t>(columns_.size()) + 1);
    const bool default_left = below(2) == 0;
    if (feature == columns_.size()) {
      const std::uint32_t members[] = {below(kLevels), below(kLevels)};
      trees.split_in_set(id, feature, members, default_left, left, right);
    } else {
      trees.split(id, feature, below(2) == 0 ? Split::kLess : Split::kLessEqual,
                  below(9) * 0.25 - 1, default_left, left, right);
    }
    const double share = std::uniform_real_distribution<double>(0.05, 0.95)(random_);
    grow(trees, levels - 1, cover * share, left, next);
    grow(trees, levels - 1, cover * (1 - share), right, next);
  }

  std::uint32_t input_of(ColumnId id) const {
    for (const Column &column : columns_)
      if (column.id == id) return column.input;
    return kCategory;
  }

  double value_of(const Linear &linear, const std::vector<double> &columns,
                  std::uint32_t known) const {
    double value = linear.intercept[0];
    for (const model::LinearTerm &term : linear.terms) {
      if ((known >> input_of(term.column) & 1) == 0) continue;
      double x = columns[term.column];
      if (term.by_level)
        x = x >= 0 ? term.coefficients[static_cast<std::size_t>(x)] : model::kMissing;
      else
        x *= term.coefficients[0];
      if (!std::isnan(x) || linear.on_missing == Linear::OnMissing::kPropagate) value += x;
    }
    return value;
  }

  double value_of(const TreeEnsemble &trees, const std::vector<double> &columns,
                  std::uint32_t known) const {
    double value = trees.base[0];
    for (const model::Tree &tree : trees.trees)
      value += value_below(trees, tree.first_node, columns, known);
    return value;
  }
  double value_below(const TreeEnsemble &trees, std::uint32_t index,
                     const std::vector<double> &columns, std::uint32_t known) const {
    const model::TreeNode &node = trees.nodes[index];
    if (node.split == Split::kLeaf) return node.value;
    const ColumnId column = trees.features[node.feature];
    if ((known >> input_of(column) & 1) != 0)
      return value_below(trees, goes_left(trees, node, columns[column]) ? node.left : node.right,
                         columns, known);
    return (trees.covers[node.left] * value_below(trees, node.left, columns, known) +
            trees.covers[node.right] * value_below(trees, node.right, columns, known)) /
           trees.covers[index];
  }
  static bool goes_left(const TreeEnsemble &trees, const model::TreeNode &node, double x) {
    if (std::isnan(x)) return node.default_left;
    if (node.split == Split::kLess) return x < node.value;
    if (node.split == Split::kLessEqual) return x <= node.value;
    const std::uint32_t word = trees.set_words[trees.sets[node.index].first_word];
    return x >= 0 && (word >> static_cast<std::uint32_t>(x) & 1) != 0;
  }

  std::mt19937 random_;
  model::Builder builder_;
  model::Model model_;
  std::vector<Column> columns_;  // that terms and trees read, but for the category
  std::size_t num_nodes_ = 0;
  std::optional<ColumnId> raw_;
  std::vector<Part> parts_;
};

TEST(ComputedColumns, contribute_to_their_features) {
  std::size_t missing = 0;
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Sample sample(seed);
    std::vector<std::vector<double>> rows(9);
    for (auto &row : rows) row = sample.row();
    const std::vector<double> found = test::explain_rows(sample.model(), 0, rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      SCOPED_TRACE("row " + std::to_string(r));
      const double margin = model::interpret(sample.model(), rows[r])[sample.model().output.raw[0]];
      const std::vector<double> expected = sample.expected(rows[r]);
      const std::size_t width = expected.size();
      double sum = 0;
      for (std::size_t i = 0; i < width; ++i) {
        const double one = found[r * width + i];
        sum += one;
        if (std::isnan(margin))
          EXPECT_TRUE(std::isnan(one)) << i;
        else
          EXPECT_NEAR(one, expected[i], 1e-12) << i;
      }
      if (std::isnan(margin)) {
        ++missing;
      } else {
        EXPECT_NEAR(sum, margin, 1e-11);
      }
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(missing, 1000u);
}

}  // namespace
}  // namespace pgscore::explain
