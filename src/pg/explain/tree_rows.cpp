#include "pg/explain/tree_rows.hpp"

#include <string>
#include <vector>

#include "explain/additive.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/float.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

std::string shown(double number) {
  return call([=] { return static_cast<const char *>(float8out_internal(number)); });
}

NullableDatum text_column(std::string_view text) {
  return column(text_result(in_server_encoding(text)));
}

class TreeRows {
 public:
  TreeRows(const model::Model &model, ResultRows &rows)
      : model_(model), rows_(rows), inputs_(explain::inputs_of_columns(model)) {}

  void add(const TreeEnsemble &trees) {
    std::vector<std::uint32_t> parents(trees.nodes.size(), kNoParent);
    for (std::uint32_t i = 0; i < trees.nodes.size(); ++i) {
      if (trees.nodes[i].split == Split::kLeaf) continue;
      parents[trees.nodes[i].left] = parents[trees.nodes[i].right] = i;
    }
    for (const model::Tree &tree : trees.trees) {
      for (std::uint32_t i = tree.first_node; i < tree.first_node + tree.num_nodes; ++i)
        add_node(trees, tree, i, parents[i]);
      ++tree_;
    }
  }

 private:
  static constexpr std::uint32_t kNoParent = UINT32_MAX;

  void add_node(const TreeEnsemble &trees, const model::Tree &tree, std::uint32_t index,
                std::uint32_t parent) {
    check_interrupts();
    const TreeNode &node = trees.nodes[index];
    const bool is_split = node.split != Split::kLeaf, is_set = model::is_set_split(node.split);
    const std::string feature = is_split ? feature_of(trees, node) : "";
    const std::vector<std::string> categories =
        is_set ? categories_of(trees, node) : std::vector<std::string>();
    const bool has_parent = parent != kNoParent;
    rows_.add(
        {class_column(trees, tree), column(Int32GetDatum(tree_)),
         column(Int32GetDatum(static_cast<std::int32_t>(node.id))),
         has_parent ? column(Int32GetDatum(static_cast<std::int32_t>(trees.nodes[parent].id)))
                    : null_column(),
         has_parent ? text_column(trees.nodes[parent].left == index ? "yes" : "no") : null_column(),
         is_split ? text_column(feature) : null_column(),
         is_split ? text_column(condition_of(node, feature, categories)) : null_column(),
         is_split && !is_set ? column(Float8GetDatum(node.value)) : null_column(),
         is_set ? column(text_array_result(categories)) : null_column(),
         is_split ? text_column(missing_of(node)) : null_column(),
         is_split || trees.linear_leaves ? null_column() : value_column(trees, node),
         trees.covers.empty() ? null_column() : column(Float8GetDatum(trees.covers[index])),
         !is_split || trees.gains.empty() ? null_column()
                                          : column(Float8GetDatum(trees.gains[index]))});
  }

  /// The class that the leaves of a tree add to; NULL where there is one margin, or a leaf adds to
  /// all.
  NullableDatum class_column(const TreeEnsemble &trees, const model::Tree &tree) const {
    if (trees.num_groups <= 1 || trees.leaf_width > 1) return null_column();
    const auto &labels = model_.output.labels;
    if (labels.size() == trees.num_groups) return text_column(labels[tree.group]);
    return text_column(std::to_string(tree.group));
  }

  std::string feature_of(const TreeEnsemble &trees, const TreeNode &node) const {
    const model::ColumnId id = trees.features[node.feature];
    const std::uint32_t input = inputs_[id];
    if (id < model_.inputs.size()) return model_.inputs[id].name;
    if (input < model_.inputs.size()) return model_.inputs[input].name + " (computed)";
    return "column " + std::to_string(id);
  }

  std::vector<std::string> categories_of(const TreeEnsemble &trees, const TreeNode &node) const {
    const model::CategorySet &set = trees.sets[node.index];
    const model::ColumnId id = trees.features[node.feature];
    std::vector<std::string> names;
    for (std::uint32_t c = 0; c < 32 * set.num_words; ++c) {
      if ((trees.set_words[set.first_word + c / 32] >> (c % 32) & 1) == 0) continue;
      const bool named = id < model_.inputs.size() && c < model_.inputs[id].categories.size();
      names.emplace_back(named ? in_server_encoding(model_.inputs[id].categories[c])
                               : std::string_view(std::to_string(c)));
    }
    return names;
  }

  /// True for what goes left.
  static std::string condition_of(const TreeNode &node, const std::string &feature,
                                  const std::vector<std::string> &categories) {
    if (!model::is_set_split(node.split))
      return feature + (node.split == Split::kLess ? " < " : " <= ") + shown(node.value);
    std::string list;
    for (const std::string &category : categories) list += (list.empty() ? "" : ", ") + category;
    return feature + " in (" + list + ")";
  }

  static std::string missing_of(const TreeNode &node) {
    if (node.missing == model::MissingKind::kNanIsZero) return "as 0";
    return node.default_left ? "yes" : "no";
  }

  static NullableDatum value_column(const TreeEnsemble &trees, const TreeNode &node) {
    if (trees.leaf_width == 1) return column(float8_array_result(std::span(&node.value, 1)));
    const std::size_t first = std::size_t{node.index} * trees.leaf_width;
    return column(
        float8_array_result(std::span(trees.leaf_vectors).subspan(first, trees.leaf_width)));
  }

  const model::Model &model_;
  ResultRows &rows_;
  std::vector<std::uint32_t> inputs_;
  std::int32_t tree_ = 0;
};

}  // namespace

void add_tree_rows(const model::Model &model, ResultRows &rows) {
  TreeRows trees(model, rows);
  for (const model::Node &node : model.nodes)
    if (const auto *ensemble = std::get_if<TreeEnsemble>(&node.body)) trees.add(*ensemble);
}

}  // namespace pgscore::pg
