// Random tree ensembles, for random_model.hpp.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/builder.hpp"
#include "support/choices.hpp"

namespace pgscore::test {

class RandomTrees {
 public:
  /// `inputs`: those of `builder`. All three outlive this object.
  RandomTrees(Choices &choices, model::Builder &builder, const std::vector<model::Input> &inputs)
      : choices_(choices), builder_(builder), inputs_(inputs) {}

  /// Adds an ensemble that reads some of the first `num_columns` columns. Returns the number of
  /// columns after it.
  std::uint32_t add(std::uint32_t num_columns) {
    model::EnsembleBuilder trees = builder_.ensemble();
    draw_settings(trees.settings(), num_columns);
    draw_comparisons();
    grow_all(trees);
    const std::uint32_t outputs = trees.settings().num_groups;
    return builder_.trees(trees.finish()) + outputs;
  }

 private:
  struct Test {
    std::uint32_t feature = 0;
    model::Split split = model::Split::kLess;
    model::MissingKind missing = model::MissingKind::kNan;
    bool default_left = false;
    double threshold = 0;
    std::vector<std::uint32_t> members;
  };

  void draw_settings(model::TreeEnsemble &settings, std::uint32_t num_columns) {
    for (std::uint32_t f = choices_.one_in(4) ? num_columns : choices_.between(1, 4); f > 0; --f)
      settings.features.push_back(choices_.below(num_columns));
    settings.compare = any_precision(choices_);
    settings.sum = any_precision(choices_);
    settings.num_groups = choices_.one_in(2) ? choices_.between(1, 4) : 1;
    settings.leaf_width = choices_.one_in(3) ? settings.num_groups : 1;
    for (std::uint32_t g = 0; g < settings.num_groups; ++g)
      settings.base.push_back(leaf_value(settings.sum));
    if (choices_.one_in(3)) {
      settings.aggregate = model::Aggregate::kAverage;
      settings.divisor = choices_.coin() ? choices_.between(1, 20) : -0.75;
    }
    settings.linear_leaves = settings.leaf_width == 1 && choices_.one_in(5);
  }

  /// One way of comparing for the whole ensemble, as real libraries have, or a mixture.
  void draw_comparisons() {
    mixed_ = choices_.one_in(4);
    split_ = choices_.coin() ? model::Split::kLessEqual : model::Split::kLess;
    set_split_ = choices_.coin() ? model::Split::kInSetTruncated : model::Split::kInSet;
    missing_ = static_cast<model::MissingKind>(choices_.below(3));
    thresholds_.clear();
    for (std::uint32_t i = choices_.one_in(5) ? 300 : choices_.between(1, 30); i > 0; --i)
      thresholds_.push_back(any_number(choices_));
  }

  void grow_all(model::EnsembleBuilder &trees) {
    const std::uint32_t num_groups = trees.settings().num_groups;
    const std::uint32_t num_trees =
        choices_.one_in(12) ? choices_.between(0, 70) : choices_.between(0, 12);
    const std::uint32_t max_depth =
        choices_.one_in(3) ? choices_.between(0, 14) : choices_.between(0, 6);
    // The length of one long branch.
    const std::uint32_t chain = choices_.one_in(6) ? choices_.between(1, 60) : 0;
    // How many splits the ensemble may still have.
    std::uint32_t budget = 1200;
    const bool oblivious = choices_.one_in(4);
    for (std::uint32_t t = 0; t < num_trees; ++t) {
      trees.begin_tree(choices_.below(num_groups), 0);
      if (oblivious)
        grow_oblivious(trees, std::min(max_depth, 10u), budget);
      else
        grow(trees, max_depth, chain, budget);
      trees.end_tree();
    }
  }

  double leaf_value(model::Precision precision) {
    if (choices_.one_in(100)) return model::kMissing;
    return in_precision(choices_.one_in(20)
                            ? special_number(choices_)
                            : static_cast<double>(choices_.below(65536)) / 7e4 - 0.4,
                        precision);
  }

  void grow(model::EnsembleBuilder &trees, std::uint32_t max_depth, std::uint32_t chain,
            std::uint32_t &budget) {
    struct Open {
      std::uint32_t id, depth;
      bool chain;
    };
    std::vector<Open> open{{0, 0, chain > 0}};
    std::uint32_t next_id = 1;
    while (!open.empty()) {
      const Open node = open.back();
      open.pop_back();
      const bool deeper =
          node.chain ? node.depth < chain : node.depth < max_depth && !choices_.one_in(6);
      if (!deeper || budget == 0 || choices_.at_end()) {
        add_leaf(trees, node.id);
        continue;
      }
      --budget;
      const std::uint32_t left = next_id++, right = next_id++;
      add_split(trees, draw_test(trees), node.id, left, right);
      const bool left_chain = choices_.coin();
      open.push_back({left, node.depth + 1, node.chain && left_chain});
      open.push_back({right, node.depth + 1, node.chain && !left_chain});
    }
  }

  /// A complete tree with the same test in all nodes of a level, except perhaps in one node.
  void grow_oblivious(model::EnsembleBuilder &trees, std::uint32_t max_depth,
                      std::uint32_t &budget) {
    std::uint32_t levels = choices_.between(0, max_depth);
    while ((1u << levels) - 1 > budget) --levels;
    const std::uint32_t first_leaf = 1u << levels;
    budget -= first_leaf - 1;
    std::vector<Test> tests;
    for (std::uint32_t level = 0; level < levels; ++level) tests.push_back(draw_test(trees));
    const std::uint32_t other =
        levels > 1 && choices_.one_in(16) ? choices_.between(1, first_leaf - 1) : 0;
    for (std::uint32_t h = 1; h < first_leaf; ++h) {  // heap order
      const Test &test = tests[static_cast<std::size_t>(std::bit_width(h)) - 1];
      add_split(trees, h == other ? draw_test(trees) : test, h - 1, 2 * h - 1, 2 * h);
    }
    for (std::uint32_t h = first_leaf; h < 2 * first_leaf; ++h) add_leaf(trees, h - 1);
  }

  void add_leaf(model::EnsembleBuilder &trees, std::uint32_t id) {
    const model::TreeEnsemble &settings = std::as_const(trees).settings();
    if (settings.linear_leaves && !choices_.one_in(4)) {
      std::vector<model::LeafTerm> terms(choices_.between(0, 3));
      for (model::LeafTerm &term : terms)
        term = {choices_.below(static_cast<std::uint32_t>(settings.features.size())),
                // 1e36 shows what is no zero
                choices_.one_in(4) ? in_precision(1e36, settings.sum) : leaf_value(settings.sum)};
      trees.linear_leaf(id, leaf_value(settings.sum), terms, leaf_value(settings.sum));
    } else if (settings.leaf_width == 1) {
      trees.leaf(id, leaf_value(settings.sum));
    } else {
      std::vector<double> values(settings.leaf_width);
      for (double &value : values) value = leaf_value(settings.sum);
      trees.leaf_vector(id, values);
    }
  }

  Test draw_test(const model::EnsembleBuilder &trees) {
    const auto &features = trees.settings().features;
    Test test;
    test.feature = choices_.below(static_cast<std::uint32_t>(features.size()));
    test.missing = mixed_ ? static_cast<model::MissingKind>(choices_.below(3)) : missing_;
    test.default_left = choices_.coin();
    const model::ColumnId column = features[test.feature];
    const bool category =
        column < inputs_.size() && inputs_[column].type == model::ColumnType::kCategory;
    if (choices_.below(8) < (category ? 6u : 1u)) {
      test.members.resize(choices_.between(0, 4));
      for (std::uint32_t &member : test.members)
        member = choices_.below(choices_.one_in(5) ? 200 : 8);
      const bool other = mixed_ && choices_.coin();
      test.split = !other                               ? set_split_
                   : set_split_ == model::Split::kInSet ? model::Split::kInSetTruncated
                                                        : model::Split::kInSet;
      return test;
    }
    test.threshold = thresholds_[choices_.below(static_cast<std::uint32_t>(thresholds_.size()))];
    test.split =
        mixed_ ? (choices_.coin() ? model::Split::kLess : model::Split::kLessEqual) : split_;
    return test;
  }

  void add_split(model::EnsembleBuilder &trees, const Test &test, std::uint32_t id,
                 std::uint32_t left, std::uint32_t right) {
    if (model::is_set_split(test.split))
      trees.split_in_set(id, test.feature, test.members, test.default_left, left, right,
                         test.missing, test.split);
    else
      trees.split(id, test.feature, test.split, test.threshold, test.default_left, left, right,
                  test.missing);
  }

  Choices &choices_;
  model::Builder &builder_;
  const std::vector<model::Input> &inputs_;
  bool mixed_ = false;
  model::Split split_ = model::Split::kLess, set_split_ = model::Split::kInSet;
  model::MissingKind missing_ = model::MissingKind::kNan;
  std::vector<double> thresholds_;
};

}  // namespace pgscore::test
