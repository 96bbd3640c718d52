// Checks every rule of model.hpp once, so that the interpreter and the compiler need not.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_set>

#include "base/pace.hpp"
#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "model/builder.hpp"
#include "model/names.hpp"
#include "model/verify.hpp"
#include "model/verify_machines.hpp"

namespace pgscore::model {
namespace {

void check_text(const std::string &text, const char *what, const Limits &limits) {
  if (text.size() > limits.max_string_bytes)
    throw Error(ErrorCode::kLimitExceeded, std::string(what) + " is too long",
                "It has " + std::to_string(text.size()) + " bytes, the limit is " +
                    std::to_string(limits.max_string_bytes) + ".");
  if (text.find('\0') != std::string::npos) refuse(std::string(what) + " contains a zero byte");
  if (!is_utf8(text)) refuse(std::string(what) + " " + shown(text) + " is not valid UTF-8");
}

void check_distinct(const std::vector<std::string> &texts, const std::string &what) {
  std::unordered_set<std::string_view> seen;
  for (const std::string &text : texts)
    if (!seen.insert(text).second) refuse(what + " " + in_quotes(text) + " appears twice");
}

void check_text_operations(const Input &input, const std::string &what) {
  if (input.text_operations.empty()) return;
  if (input.type != ColumnType::kCategory) refuse(what + " is no category and has text operations");
  if (input.text_operations.size() > kMaxTextOperations)
    throw Error(ErrorCode::kLimitExceeded, what + " has too many text operations",
                "Found " + std::to_string(input.text_operations.size()) + ", the limit is " +
                    std::to_string(kMaxTextOperations) + ".");
  for (const TextOperation &operation : input.text_operations) {
    const bool is_substring = operation.function == TextFunction::kSubstring;
    if (is_substring ? operation.first == 0 : operation.first != 0 || operation.count != 0)
      refuse(what + ": the part that a text operation takes is out of range");
  }
}

void check_inputs(const Model &model, const Limits &limits, Pace &pace) {
  check_limit(model.inputs.size(), limits.max_features, "features");
  std::vector<std::string> names;
  std::uint64_t categories = 0;
  for (const Input &input : model.inputs) {
    check_text(input.name, "feature name", limits);
    if (input.name.empty())
      refuse("feature " + std::to_string(names.size()) + " has an empty name");
    if (input.type != ColumnType::kCategory && !input.categories.empty())
      refuse("feature " + in_quotes(input.name) +
             (input.type == ColumnType::kNumber ? " is a number" : " takes any category") +
             " and has categories");
    if (input.type != ColumnType::kNumber && input.range != NumberRange::kAny)
      refuse("feature " + in_quotes(input.name) + " is a category and has a range");
    if (input.type != ColumnType::kNumber && input.unit != Unit::kNone)
      refuse("feature " + in_quotes(input.name) + " is a category and has a unit");
    pace.spend(64 * input.categories.size());
    for (const std::string &category : input.categories) check_text(category, "category", limits);
    check_distinct(input.categories, "feature " + in_quotes(input.name) + ": category");
    check_text_operations(input, "feature " + in_quotes(input.name));
    categories += input.categories.size();
    names.push_back(input.name);
  }
  check_limit(categories, limits.max_categories, "categories");
  check_distinct(names, "feature name");
}

/// Checks one node, before which `num_columns` columns exist.
class NodeCheck {
 public:
  NodeCheck(const Model &model, const Node &node, ColumnId num_columns, const Limits &limits,
            Pace &pace)
      : model_(model), node_(node), num_columns_(num_columns), limits_(limits), pace_(pace) {}

  void operator()(const Apply &apply) const {
    if (apply.args.size() != arity(apply.op))
      refuse("operation \"" + std::string(name_of(apply.op)) + "\" takes " +
             std::to_string(arity(apply.op)) + " arguments, not " +
             std::to_string(apply.args.size()));
    for (const Operand &arg : apply.args)
      if (!arg.is_constant()) column(arg.column);
    width(1);
  }

  void operator()(const LookUp &table) const {
    column(table.input);
    if (is_category(table.input)) {
      require(table.keys.empty(), "a table over a category input has keys");
      require(table.values.size() == model_.inputs[table.input].categories.size(),
              "a table has not one value per category");
    } else {
      require(!table.keys.empty(), "a table over a number has no keys");
      require(table.values.size() == table.keys.size(), "a table has not one value per key");
      ascending(table.keys, "the keys of a table");
    }
    width(1);
  }

  void operator()(const Discretize &bins) const {
    column(bins.input);
    ascending(bins.cuts, "cuts");
    require(bins.values.size() == bins.cuts.size() + 1, "there is not one value per bin");
    width(1);
  }

  void operator()(const HashLookUp &table) const {
    require(!table.inputs.empty(), "a hash table has no input");
    for (ColumnId input : table.inputs) column(input);
    require(!table.unknown.empty(), "a hash table has no values");
    require(table.values.size() == table.keys.size() * table.unknown.size(),
            "a hash table has not its values for each key");
    check_limit(table.values.size(), limits_.max_nodes, "values of hash tables");
    for (std::size_t i = 1; i < table.keys.size(); ++i)
      require(table.keys[i - 1] < table.keys[i], "the keys of a hash table are not ascending");
    width(table.unknown.size());
  }

  void operator()(const TreeEnsemble &ensemble) const {
    for (ColumnId feature : ensemble.features) column(feature);
    check_limit(ensemble.trees.size(), limits_.max_trees, "trees");
    check_limit(ensemble.nodes.size(), limits_.max_nodes, "tree nodes");
    require(ensemble.num_groups >= 1, "a tree ensemble has no output");
    require(ensemble.base.size() == ensemble.num_groups,
            "a tree ensemble has not one base score per output");
    require(ensemble.leaf_width == 1 || ensemble.leaf_width == ensemble.num_groups,
            "a leaf has not one value per output");
    require(std::isfinite(ensemble.divisor) && ensemble.divisor != 0,
            "a tree ensemble divides by zero");
    for (double base : ensemble.base) in_precision(base, ensemble.sum, "a base score");
    in_precision(ensemble.divisor, ensemble.sum, "a divisor");
    for (double value : ensemble.leaf_vectors) in_precision(value, ensemble.sum, "a leaf value");
    for (const CategorySet &set : ensemble.sets)
      require(std::uint64_t{set.first_word} + set.num_words <= ensemble.set_words.size(),
              "a category set is out of range");
    check_leaf_functions(ensemble);
    check_statistics(ensemble);
    std::uint64_t next = 0;
    for (std::size_t t = 0; t < ensemble.trees.size(); ++t) {
      const Tree &tree = ensemble.trees[t];
      try {
        require(tree.first_node == next && tree.num_nodes > 0 &&
                    next + tree.num_nodes <= ensemble.nodes.size(),
                "its nodes are out of range");
        require(tree.group < ensemble.num_groups, "its output group is out of range");
        pace_.spend(std::size_t{8} * tree.num_nodes);
        check_tree(ensemble, tree);
      } catch (const Error &e) {
        throw e.within("tree " + std::to_string(t));
      }
      next += tree.num_nodes;
    }
    require(next == ensemble.nodes.size(), "a tree node belongs to no tree");
    width(ensemble.num_groups);
  }

  void operator()(const Linear &linear) const {
    require(linear.num_outputs >= 1, "a linear predictor has no output");
    require(linear.intercept.size() == linear.num_outputs,
            "a linear predictor has not one intercept per output");
    for (double intercept : linear.intercept)
      in_precision(intercept, linear.precision, "an intercept");
    for (const LinearTerm &term : linear.terms) {
      column(term.column);
      pace_.spend(4 * term.coefficients.size());
      for (double coefficient : term.coefficients)
        in_precision(coefficient, linear.precision, "a coefficient");
      if (term.by_level) {
        require(is_category(term.column), "a linear term by level is over a number");
        require(term.coefficients.size() ==
                    model_.inputs[term.column].categories.size() * linear.num_outputs,
                "a linear term has not one coefficient per category and output");
      } else {
        require(term.coefficients.size() == linear.num_outputs,
                "a linear term has not one coefficient per output");
      }
    }
    width(linear.num_outputs);
  }

  void operator()(const Link &link) const {
    require(!link.inputs.empty(), "a link function has no input");
    for (ColumnId input : link.inputs) column(input);
    width(link.inputs.size());
  }

  void operator()(const ArgMax &node) const {
    require(!node.inputs.empty(), "an argmax has no input");
    for (ColumnId input : node.inputs) column(input);
    width(1);
  }

  void operator()(const auto &node) const { width(check_node(node, {num_columns_, limits_})); }

 private:
  void column(ColumnId id) const {
    if (id >= num_columns_) refuse("column " + std::to_string(id) + " is used before it exists");
  }
  bool is_category(ColumnId id) const {
    return id < model_.inputs.size() && model_.inputs[id].type == ColumnType::kCategory;
  }
  void width(std::uint64_t outputs) const {
    require(node_.num_outputs == outputs, "the number of columns of a node is wrong");
  }
  static void ascending(const std::vector<double> &values, const char *what) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (std::isnan(values[i]) || (i > 0 && !(values[i - 1] < values[i])))
        refuse(std::string(what) + " are not ascending");
  }
  static void in_precision(double value, Precision precision, const char *what) {
    if (precision == Precision::kFloat32 && !std::isnan(value) &&
        static_cast<double>(static_cast<float>(value)) != value)
      refuse(std::string(what) + " is not a float32");
  }

  static void check_leaf_functions(const TreeEnsemble &ensemble) {
    require(!ensemble.linear_leaves || ensemble.leaf_width == 1,
            "a leaf cannot be a function and a vector");
    require(
        ensemble.linear_leaves || (ensemble.leaf_functions.empty() && ensemble.leaf_terms.empty()),
        "leaf functions belong to no leaf");
    // Each function has terms of its own, so that a plan is no larger than its model.
    std::uint64_t next = 0;
    for (const LeafFunction &function : ensemble.leaf_functions) {
      in_precision(function.constant, ensemble.sum, "the constant of a leaf function");
      next += function.num_terms;
      require(function.first_term + std::uint64_t{function.num_terms} == next &&
                  next <= ensemble.leaf_terms.size(),
              "the terms of a leaf function are out of place");
    }
    require(next == ensemble.leaf_terms.size(), "a leaf term belongs to no leaf function");
    for (const LeafTerm &term : ensemble.leaf_terms) {
      require(term.feature < ensemble.features.size(),
              "the feature of a leaf function is out of range");
      in_precision(term.coefficient, ensemble.sum, "a coefficient of a leaf function");
    }
  }

  void check_statistics(const TreeEnsemble &ensemble) const {
    for (const std::vector<double> *list : {&ensemble.covers, &ensemble.gains}) {
      if (list->empty()) continue;
      require(list->size() == ensemble.nodes.size(), "covers and gains are not one for each node");
      for (const double value : *list)
        require(value >= 0 && std::isfinite(value), "a cover or gain is no measure");
    }
  }

  void check_tree(const TreeEnsemble &ensemble, const Tree &tree) const {
    const std::uint64_t end = std::uint64_t{tree.first_node} + tree.num_nodes;
    std::vector<std::uint32_t> depth(tree.num_nodes, 0);  // 0: not reached yet; the root's is 1
    depth[0] = 1;
    for (std::uint64_t i = tree.first_node; i < end; ++i) {
      const TreeNode &node = ensemble.nodes[i];
      const std::uint32_t at = depth[i - tree.first_node];
      auto fail = [&](const char *what) {
        refuse("node " + std::to_string(node.id) + ": " + what);
      };
      if (at == 0) fail("it cannot be reached from the root");
      if (at - 1 > limits_.max_depth) check_limit(at - 1, limits_.max_depth, "levels in a tree");
      if (node.split == Split::kLeaf) {
        if (node.id > INT32_MAX)
          fail(
              "the number of a leaf is above 2147483647, the greatest that predict_leaf can "
              "return");
        if (ensemble.leaf_width == 1)
          in_precision(node.value, ensemble.sum, "a leaf value");
        else if ((std::uint64_t{node.index} + 1) * ensemble.leaf_width >
                 ensemble.leaf_vectors.size())
          fail("its leaf vector is out of range");
        if (ensemble.linear_leaves && node.index >= ensemble.leaf_functions.size())
          fail("its leaf function is out of range");
        continue;
      }
      if (node.feature >= ensemble.features.size()) fail("its feature is out of range");
      const bool by_set = is_set_split(node.split);
      if (by_set ? node.index >= ensemble.sets.size() : std::isnan(node.value))
        fail(by_set ? "its category set is out of range" : "the threshold is not a number");
      for (const std::uint32_t child : {node.left, node.right}) {
        if (child <= i || child >= end) fail("a child is out of range");
        if (depth[child - tree.first_node] != 0) fail("a child has more than one parent");
        depth[child - tree.first_node] = at + 1;
      }
    }
  }

  const Model &model_;
  const Node &node_;
  ColumnId num_columns_;
  const Limits &limits_;
  Pace &pace_;
};

void check_output(const Model &model, const Limits &limits) {
  const Output &output = model.output;
  auto column = [&](ColumnId id) {
    require(id < model.num_columns, "an output column does not exist");
  };
  std::vector<std::string> names;
  std::uint64_t num_texts = 0;
  for (const std::vector<NamedColumn> *list : {&output.values, &output.more})
    for (const NamedColumn &value : *list) {
      column(value.column);
      check_text(value.name, "output name", limits);
      names.push_back(value.name);
      for (const std::string &text : value.texts) check_text(text, "output text", limits);
      num_texts += value.texts.size();
    }
  check_distinct(names, "output name");
  check_limit(num_texts, limits.max_categories, "output texts");
  for (ColumnId id : output.raw) column(id);
  for (ColumnId id : output.probabilities) column(id);
  for (std::size_t count :
       {output.values.size(), output.raw.size(), output.labels.size(), output.more.size()})
    check_limit(count, limits.max_outputs, "outputs");
  if (output.task == Task::kRegression) {
    require(!output.values.empty() || !output.more.empty(), "a regression model has no value");
    require(output.labels.empty() && output.probabilities.empty(),
            "a regression model has classes");
    return;
  }
  require(output.labels.size() >= 2, "a classification model has fewer than two classes");
  for (const std::string &label : output.labels) check_text(label, "class label", limits);
  check_distinct(output.labels, "class label");
  require(output.probabilities.empty() || output.probabilities.size() == output.labels.size(),
          "there is not one probability per class");
  require(output.values.size() <= 1, "a classification model has more than one value");
  require(output.class_code != Operand::kNoColumn || !output.probabilities.empty(),
          "a classification model predicts neither a class nor probabilities");
  if (output.class_code != Operand::kNoColumn) column(output.class_code);
  require(output.positive < output.labels.size(), "the positive class does not exist");
}

}  // namespace

void verify(const Model &model, const Limits &limits, Interrupt interrupt) {
  Pace pace(interrupt);
  check_text(model.objective, "objective", limits);
  check_inputs(model, limits, pace);
  auto num_columns = static_cast<ColumnId>(model.inputs.size());
  for (std::size_t n = 0; n < model.nodes.size(); ++n) {
    const Node &node = model.nodes[n];
    try {
      require(node.first_output == num_columns, "the columns of a node are out of order");
      std::visit(NodeCheck(model, node, num_columns, limits, pace), node.body);
    } catch (const Error &e) {
      // The usual model has one ensemble, whose trees need no further place in the message.
      throw std::holds_alternative<TreeEnsemble>(node.body)
          ? e
          : e.within("graph node " + std::to_string(n));
    }
    num_columns += node.num_outputs;
    check_limit(num_columns, limits.max_columns, "columns");
  }
  require(model.num_columns == num_columns, "the number of columns is wrong");
  check_output(model, limits);
}

void verify(const Model &model, const Limits &limits) { verify(model, limits, {}); }

}  // namespace pgscore::model
