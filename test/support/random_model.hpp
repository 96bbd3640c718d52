// Random valid models and hostile rows for them, from a seed or from a fuzzer's bytes. Together
// they reach everything that model.hpp can say: what this file cannot make, the differential tests
// do not cover.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/builder.hpp"
#include "model/hashed_category.hpp"
#include "model/names.hpp"
#include "support/random_machines.hpp"

namespace pgscore::test {

/// A source of choices: splitmix64 from a seed (Steele, Lea, Flood 2014), or bytes, and zeros when
/// they are used up.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes), from_bytes_(true) {}

  bool at_end() const { return from_bytes_ && position_ == bytes_.size(); }
  std::uint64_t next() {
    if (from_bytes_) {
      std::uint64_t value = 0;
      for (int i = 0; i < 2; ++i)
        value = value << 8 | (position_ < bytes_.size() ? bytes_[position_++] : 0);
      return value;
    }
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return (z ^ z >> 31) >> 8;
  }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(next() % n); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint32_t n) { return below(n) == n - 1; }  // zeros say no
  bool coin() { return below(2) != 0; }

 private:
  std::uint64_t state_ = 0;
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool from_bytes_ = false;
};

/// Numbers at which comparisons go wrong.
inline double special_number(Choices &choices) {
  constexpr double kSpecial[] = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.5,
                                 0.1,
                                 0.1f,
                                 1e-35,
                                 1e-35f,
                                 -1e-35f,
                                 std::numeric_limits<float>::denorm_min(),
                                 -std::numeric_limits<float>::denorm_min(),
                                 std::numeric_limits<double>::denorm_min(),
                                 -std::numeric_limits<double>::denorm_min(),
                                 std::numeric_limits<float>::min(),
                                 std::numeric_limits<float>::max(),
                                 -std::numeric_limits<float>::max(),
                                 3.4028235677973366e38,  // rounds to +inf in float32
                                 -3.5e38,
                                 1e300,
                                 -1e300,
                                 std::numeric_limits<double>::max(),
                                 -std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 16777217.0,
                                 1.0 + 1e-8,
                                 31.0,
                                 32.0,
                                 2.5,
                                 -0.5,
                                 -0.9999999999999999};  // -1 in float32
  return kSpecial[choices.below(std::size(kSpecial))];
}

/// Any number, never NaN.
inline double any_number(Choices &choices) {
  switch (choices.below(5)) {
    case 0:
      return special_number(choices);
    case 1:
      return static_cast<double>(choices.below(21)) - 10;
    case 2:
      return static_cast<double>(choices.below(2001)) / 16 - 60;
    case 3:
      return static_cast<double>(
          static_cast<float>(static_cast<double>(choices.below(65536)) / 3000 - 10));
    default:
      return static_cast<double>(choices.below(65536)) / 3000 - 10;
  }
}

inline double in_precision(double x, model::Precision precision) {
  return precision == model::Precision::kFloat32 ? static_cast<double>(static_cast<float>(x)) : x;
}

/// A value of a hash column, from so few that tables know some.
inline double hash_value(Choices &choices) {
  return choices.one_in(12) ? static_cast<std::int32_t>(choices.below(65536)) - 2147483648.0
                            : choices.below(5) - 1.0;
}

class RandomModel {
 public:
  explicit RandomModel(Choices &choices) : choices_(choices) {}

  model::Model make() {
    add_inputs();
    const std::uint32_t num_nodes =
        choices_.one_in(3) ? choices_.between(1, 8) : choices_.between(1, 2);
    for (std::uint32_t n = 0; n < num_nodes; ++n) add_node(n);
    add_outputs();
    return builder_.finish();
  }

 private:
  model::Precision precision() {
    return choices_.coin() ? model::Precision::kFloat64 : model::Precision::kFloat32;
  }
  model::ColumnId any_column() { return choices_.below(num_columns_); }

  void add_inputs() {
    const std::uint32_t count =
        choices_.one_in(8) ? choices_.between(1, 90) : choices_.between(1, 6);
    for (std::uint32_t i = 0; i < count; ++i) {
      model::Input input;
      input.name = (choices_.one_in(6) ? "Spalte ä" : "x") +
                   std::to_string(choices_.one_in(4) ? 1000 - i : i);
      if (choices_.one_in(8)) {
        input.type = model::ColumnType::kHash;
      } else if (choices_.one_in(3)) {
        input.type = model::ColumnType::kCategory;
        const std::uint32_t categories =
            choices_.one_in(10) ? choices_.between(0, 150) : choices_.between(1, 6);
        for (std::uint32_t c = 0; c < categories; ++c)
          input.categories.push_back("c" + std::to_string((c * 7919) % 1009));
        if (choices_.one_in(4) && !input.categories.empty()) input.categories[0].clear();
        if (choices_.one_in(4))
          input.text_operations = {
              {model::TextFunction::kSubstring, choices_.between(1, 3), choices_.below(9)},
              {choices_.coin() ? model::TextFunction::kTrim : model::TextFunction::kLower, 0, 0}};
      }
      input.on_unknown = static_cast<model::UnknownPolicy>(choices_.below(4));
      input.on_missing = static_cast<model::MissingPolicy>(choices_.below(3));
      if (input.type == model::ColumnType::kNumber && choices_.one_in(8))
        input.unit = static_cast<model::Unit>(choices_.below(4));
      inputs_.push_back(input);
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {  // distinct names
      for (std::size_t j = 0; j < i; ++j)
        if (inputs_[i].name == inputs_[j].name) inputs_[i].name += "'" + std::to_string(i);
      builder_.add_input(inputs_[i]);
    }
    num_columns_ = count;
  }

  void add_node(std::uint32_t n) {
    switch (n == 0 && choices_.coin() ? 9 : choices_.below(12)) {
      case 0:
        add_apply();
        break;
      case 1:
        add_look_up();
        break;
      case 2:
        add_discretize();
        break;
      case 3:
        add_linear();
        break;
      case 4:
        add_link();
        break;
      case 5:
        num_columns_ = builder_.arg_max(some_columns()) + 1;
        break;
      case 6:
        add_hash_look_up();
        break;
      case 7:
      case 8:
        add_machine();
        break;
      default:
        add_trees();
        break;
    }
  }

  std::vector<model::ColumnId> some_columns() {
    std::vector<model::ColumnId> columns(choices_.between(1, 4));
    for (auto &column : columns)
      column = choices_.coin() ? num_columns_ - 1 - choices_.below(std::min(num_columns_, 3u))
                               : any_column();
    return columns;
  }

  void add_machine() {
    const std::vector<model::ColumnId> inputs = some_columns();
    auto number = [&](model::Precision precision) {
      return in_precision(static_cast<double>(choices_.below(2001)) / 512 - 2, precision);
    };
    num_columns_ += add_random_machine(choices_, builder_, inputs, precision(), number);
  }

  void add_apply() {
    const auto op = static_cast<model::Op>(
        choices_.below(static_cast<std::uint32_t>(model::Op::kNormalQuantile) + 1));
    std::vector<model::Operand> args;
    for (std::size_t i = 0; i < model::arity(op); ++i)
      args.push_back(
          choices_.one_in(3)
              ? model::Operand::value(choices_.one_in(8) ? model::kMissing : any_number(choices_))
              : model::Operand::of(any_column()));
    num_columns_ = builder_.apply(op, args, precision()) + 1;
  }

  std::vector<double> ascending(std::uint32_t count) {
    std::vector<double> numbers;
    for (std::uint32_t i = 0; i < count; ++i) numbers.push_back(any_number(choices_));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  }
  std::vector<double> table_values(std::size_t count) {
    std::vector<double> values(count);
    for (double &value : values)
      value = choices_.one_in(8) ? model::kMissing : any_number(choices_);
    return values;
  }

  void add_look_up() {
    model::LookUp table;
    table.input = any_column();
    if (table.input < inputs_.size() && inputs_[table.input].type == model::ColumnType::kCategory) {
      table.values = table_values(inputs_[table.input].categories.size());
    } else {
      table.keys = ascending(choices_.between(1, 12));
      table.values = table_values(table.keys.size());
    }
    table.unknown = choices_.coin() ? any_number(choices_) : model::kMissing;
    table.missing = choices_.coin() ? any_number(choices_) : model::kMissing;
    num_columns_ = builder_.look_up(table) + 1;
  }

  void add_hash_look_up() {
    model::HashLookUp table;
    table.inputs = some_columns();
    for (std::uint32_t i = choices_.one_in(8) ? 200 : choices_.between(0, 12); i > 0; --i) {
      std::uint64_t key = 0;
      if (choices_.one_in(8)) {
        key = choices_.next() << choices_.below(60);
      } else {  // of integers that rows have too
        for (std::size_t k = 0; k < table.inputs.size(); ++k)
          model::mix_hash(key, hash_value(choices_));
      }
      table.keys.push_back(key);
    }
    std::sort(table.keys.begin(), table.keys.end());
    table.keys.erase(std::unique(table.keys.begin(), table.keys.end()), table.keys.end());
    auto number = [&] {
      return choices_.one_in(8) ? NAN : static_cast<float>(any_number(choices_));
    };
    table.unknown.resize(choices_.between(1, 3));
    for (float &value : table.unknown) value = number();
    table.values.resize(table.keys.size() * table.unknown.size());
    for (float &value : table.values) value = number();
    const auto outputs = static_cast<std::uint32_t>(table.unknown.size());
    num_columns_ = builder_.hash_look_up(table) + outputs;
  }

  void add_discretize() {
    model::Discretize bins;
    bins.input = any_column();
    bins.cuts = ascending(choices_.between(0, 12));
    bins.upper_open = choices_.coin();
    bins.values = table_values(bins.cuts.size() + 1);
    bins.missing = choices_.coin() ? any_number(choices_) : model::kMissing;
    num_columns_ = builder_.discretize(bins) + 1;
  }

  void add_linear() {
    model::Linear linear;
    linear.precision = precision();
    linear.on_missing =
        choices_.coin() ? model::Linear::OnMissing::kPropagate : model::Linear::OnMissing::kSkip;
    linear.intercept_first = choices_.coin();
    linear.num_outputs = choices_.one_in(3) ? choices_.between(1, 4) : 1;
    auto numbers = [&](std::size_t count) {
      std::vector<double> out(count);
      for (double &x : out) x = in_precision(any_number(choices_), linear.precision);
      return out;
    };
    linear.intercept = numbers(linear.num_outputs);
    for (std::uint32_t t = choices_.between(0, 6); t > 0; --t) {
      model::LinearTerm term;
      term.column = any_column();
      term.by_level = term.column < inputs_.size() &&
                      inputs_[term.column].type == model::ColumnType::kCategory && choices_.coin();
      term.coefficients = numbers((term.by_level ? inputs_[term.column].categories.size() : 1) *
                                  linear.num_outputs);
      linear.terms.push_back(term);
    }
    const std::uint32_t outputs = linear.num_outputs;
    num_columns_ = builder_.linear(linear) + outputs;
  }

  void add_link() {
    model::Link link;
    link.function = static_cast<model::LinkFunction>(
        choices_.below(static_cast<std::uint32_t>(model::LinkFunction::kTanh) + 1));
    link.precision = precision();
    link.inputs = some_columns();
    const auto outputs = static_cast<std::uint32_t>(link.inputs.size());
    num_columns_ = builder_.link(link) + outputs;
  }

  // ---- trees ------------------------------------------------------------------------------------

  void add_trees() {
    model::EnsembleBuilder trees = builder_.ensemble();
    model::TreeEnsemble &settings = trees.settings();
    for (std::uint32_t f = choices_.one_in(4) ? num_columns_ : choices_.between(1, 4); f > 0; --f)
      settings.features.push_back(any_column());
    settings.compare = precision();
    settings.sum = precision();
    settings.num_groups = choices_.one_in(2) ? choices_.between(1, 4) : 1;
    settings.leaf_width = choices_.one_in(3) ? settings.num_groups : 1;
    for (std::uint32_t g = 0; g < settings.num_groups; ++g)
      settings.base.push_back(leaf_value(settings.sum));
    if (choices_.one_in(3)) {
      settings.aggregate = model::Aggregate::kAverage;
      settings.divisor = choices_.coin() ? choices_.between(1, 20) : -0.75;
    }
    settings.linear_leaves = settings.leaf_width == 1 && choices_.one_in(5);
    // One way of comparing for the whole ensemble, as real libraries have, or a mixture.
    mixed_ = choices_.one_in(4);
    split_ = choices_.coin() ? model::Split::kLessEqual : model::Split::kLess;
    set_split_ = choices_.coin() ? model::Split::kInSetTruncated : model::Split::kInSet;
    missing_ = static_cast<model::MissingKind>(choices_.below(3));
    thresholds_.clear();
    for (std::uint32_t i = choices_.one_in(5) ? 300 : choices_.between(1, 30); i > 0; --i)
      thresholds_.push_back(any_number(choices_));

    const std::uint32_t num_trees =
        choices_.one_in(12) ? choices_.between(0, 70) : choices_.between(0, 12);
    const std::uint32_t max_depth =
        choices_.one_in(3) ? choices_.between(0, 14) : choices_.between(0, 6);
    // One long branch
    const std::uint32_t chain = choices_.one_in(6) ? choices_.between(1, 60) : 0;
    // Splits of the ensemble
    std::uint32_t budget = 1200;
    const bool oblivious = choices_.one_in(4);
    for (std::uint32_t t = 0; t < num_trees; ++t) {
      trees.begin_tree(choices_.below(settings.num_groups), 0);
      if (oblivious)
        grow_oblivious(trees, std::min(max_depth, 10u), budget);
      else
        grow(trees, max_depth, chain, budget);
      trees.end_tree();
    }
    const std::uint32_t outputs = settings.num_groups;
    num_columns_ = builder_.trees(trees.finish()) + outputs;
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

  /// A complete tree with one test for each level, but perhaps for one node.
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

  struct Test {
    std::uint32_t feature = 0;
    model::Split split = model::Split::kLess;
    model::MissingKind missing = model::MissingKind::kNan;
    bool default_left = false;
    double threshold = 0;
    std::vector<std::uint32_t> members;
  };
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

  // ---- outputs ----------------------------------------------------------------------------------

  void add_outputs() {
    model::Output &output = builder_.output();
    auto last = [&] {
      return choices_.coin() ? num_columns_ - 1 - choices_.below(std::min(num_columns_, 4u))
                             : any_column();
    };
    for (std::uint32_t i = choices_.between(0, 3); i > 0; --i) output.raw.push_back(last());
    if (choices_.coin()) {
      output.task = model::Task::kClassification;
      for (std::uint32_t i = choices_.between(2, 5); i > 0; --i)
        output.labels.push_back("label " + std::to_string(i));
      if (choices_.coin())
        for (std::size_t i = 0; i < output.labels.size(); ++i)
          output.probabilities.push_back(last());
      if (output.probabilities.empty() || !choices_.one_in(4)) output.class_code = last();
      output.positive = choices_.below(static_cast<std::uint32_t>(output.labels.size()));
      if (choices_.coin()) output.values.push_back({"value", last(), {}});
    } else {
      for (std::uint32_t i = choices_.between(1, 3); i > 0; --i)
        output.values.push_back({"value " + std::to_string(i), last(), {}});
    }
    for (std::uint32_t i = choices_.one_in(3) ? choices_.between(1, 3) : 0; i > 0; --i)
      output.more.push_back({"more " + std::to_string(i), last(),
                             std::vector<std::string>(choices_.below(3), "text")});
  }

  Choices &choices_;
  model::Builder builder_;
  std::vector<model::Input> inputs_;
  std::uint32_t num_columns_ = 0;
  bool mixed_ = false;
  model::Split split_ = model::Split::kLess, set_split_ = model::Split::kInSet;
  model::MissingKind missing_ = model::MissingKind::kNan;
  std::vector<double> thresholds_;
};

inline model::Model random_model(Choices &choices) { return RandomModel(choices).make(); }

/// Values around every decision of a model.
class HostileRows {
 public:
  explicit HostileRows(const model::Model &model) : model_(model) {
    for (const model::Node &node : model.nodes) {
      if (const auto *ensemble = std::get_if<model::TreeEnsemble>(&node.body)) {
        for (const model::TreeNode &split : ensemble->nodes)
          if ((split.split == model::Split::kLess || split.split == model::Split::kLessEqual) &&
              numbers_.size() < 5000)
            numbers_.push_back(split.value);
      } else if (const auto *bins = std::get_if<model::Discretize>(&node.body)) {
        numbers_.insert(numbers_.end(), bins->cuts.begin(), bins->cuts.end());
      } else if (const auto *table = std::get_if<model::LookUp>(&node.body)) {
        numbers_.insert(numbers_.end(), table->keys.begin(), table->keys.end());
      }
    }
  }

  std::vector<double> row(Choices &choices) const {
    std::vector<double> row(model_.inputs.size(), model::kMissing);
    if (choices.one_in(20)) return row;
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = value(choices, model_.inputs[i]);
    return row;
  }

 private:
  double value(Choices &choices, const model::Input &input) const {
    if (choices.one_in(8)) return model::kMissing;
    if (input.type == model::ColumnType::kCategory) {
      if (choices.one_in(8)) return model::kUnknownCategory;
      return input.categories.empty()
                 ? model::kUnknownCategory
                 : choices.below(static_cast<std::uint32_t>(input.categories.size()));
    }
    if (input.type == model::ColumnType::kHash) return hash_value(choices);
    if (numbers_.empty() || choices.one_in(4)) return any_number(choices);
    if (choices.one_in(8)) return choices.below(210);  // a member of a set, perhaps
    if (choices.one_in(12)) return choices.below(12) - 0.75;
    // The last zero, and its neighbours
    if (choices.one_in(24)) return std::nextafter(double{1e-35f}, choices.below(3) - 1.0);
    const double at = numbers_[choices.below(static_cast<std::uint32_t>(numbers_.size()))];
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const float narrow = static_cast<float>(at);
    switch (choices.below(8)) {
      case 0:
        return std::nextafter(at, -kInfinity);
      case 1:
        return std::nextafter(at, kInfinity);
      case 2:
        return narrow;
      case 3:
        return std::nextafter(narrow, -std::numeric_limits<float>::infinity());
      case 4:
        return std::nextafter(narrow, std::numeric_limits<float>::infinity());
      // Half way between two float32: where rounding to float32 decides.
      case 5:
        return (static_cast<double>(narrow) +
                std::nextafter(narrow, std::numeric_limits<float>::infinity())) /
               2;
      default:
        return at;
    }
  }

  const model::Model &model_;
  std::vector<double> numbers_;
};

}  // namespace pgscore::test
