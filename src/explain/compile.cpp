#include "explain/compile.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "base/pace.hpp"
#include "explain/additive.hpp"
#include "explain/checksum.hpp"
#include "explain/explanation_layout.hpp"
#include "explain/quadrature.hpp"
#include "plan/image_writer.hpp"

namespace pgscore::explain {
namespace {

using model::ColumnId;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

/// The ratio of two covers; of nothing in nothing it is 0.
double ratio(double part, double whole) { return whole > 0 ? std::min(part / whole, 1.0) : 0; }

class Compiler {
 public:
  Compiler(const model::Model &model, Interrupt interrupt)
      : model_(model), interrupt_(interrupt), pace_(interrupt), inputs_(inputs_of_columns(model)) {}

  std::vector<std::byte> compile() {
    if (model_.output.raw.empty())
      throw Error(ErrorCode::kUnsupportedModel, "the model has no exact contributions",
                  "It has no margins: predict_raw gives nothing for it.");
    for (const ColumnId raw : model_.output.raw) add_output(raw);
    return write();
  }

 private:
  // ---- columns ----------------------------------------------------------------------------------

  std::uint32_t column(ColumnId id) {
    const std::uint32_t input = inputs_[id];
    if (input >= model_.inputs.size())
      throw Error(ErrorCode::kUnsupportedModel, "the model has no exact contributions",
                  "Its trees test a column that several features decide.");
    if (id >= model_.inputs.size())
      throw Error(ErrorCode::kUnsupportedModel, "the model has no exact contributions",
                  "Its trees test a column that is computed of feature \"" +
                      model_.inputs[input].name + "\".");
    const auto [at, is_new] = places_.try_emplace(id, static_cast<std::uint32_t>(columns_.size()));
    if (is_new) columns_.push_back({id, input});
    return at->second;
  }

  // ---- outputs ----------------------------------------------------------------------------------

  void add_output(ColumnId raw) {
    const Sum sum = sum_of(model_, raw, inputs_);
    const std::size_t first_tree = trees_.size();
    expectation_ = 0;
    for (const ColumnTerm &term : sum.columns)
      terms_.push_back({term.scale, column(term.column), 0});
    for (const TreesTerm &term : sum.trees) add_trees(term);
    outputs_.push_back({sum.bias + expectation_, static_cast<std::uint32_t>(sum.columns.size()),
                        static_cast<std::uint32_t>(trees_.size() - first_tree)});
  }

  void add_trees(const TreesTerm &term) {
    const TreeEnsemble &ensemble = *term.trees;
    if (ensemble.covers.empty() && !ensemble.trees.empty())
      throw Error(ErrorCode::kUnsupportedModel, "the model has no covers",
                  "Its file does not say how much training data reached the nodes of its trees, "
                  "which contributions are computed from.");
    const std::uint32_t first_set = add_sets(ensemble);
    for (const model::Tree &tree : ensemble.trees)
      if (ensemble.leaf_width > 1 || tree.group == term.group)
        add_tree(ensemble, tree, term, first_set);
  }

  std::uint32_t add_sets(const TreeEnsemble &ensemble) {
    const auto [at, is_new] =
        first_sets_.try_emplace(&ensemble, static_cast<std::uint32_t>(sets_.size()));
    if (!is_new) return at->second;
    const auto first_word = static_cast<std::uint32_t>(words_.size());
    for (const model::CategorySet &set : ensemble.sets)
      sets_.push_back({first_word + set.first_word, set.num_words});
    words_.insert(words_.end(), ensemble.set_words.begin(), ensemble.set_words.end());
    return at->second;
  }

  /// One level of the path to the node that is added.
  struct Level {
    std::uint32_t feature;
    bool left;
    double product;  // of the ratios of the feature on the path, this level's included
  };

  void add_tree(const TreeEnsemble &ensemble, const model::Tree &tree, const TreesTerm &term,
                std::uint32_t first_set) {
    TreeRecord record{};
    record.is_float = ensemble.compare == model::Precision::kFloat32;
    const std::size_t first_split = splits_.size();
    std::uint32_t num_leaves = 0, most_features = 1;
    std::vector<Level> path;
    // Nodes stand in pre-order: the parent's fields are filled in when its children come.
    struct Open {
      std::uint32_t node;
      std::uint32_t split;  // of the parent, in the tree
      std::size_t levels;   // of the path, with the parent
      bool left;
    };
    std::vector<Open> open{{tree.first_node, 0, 0, false}};
    while (!open.empty()) {
      const Open at = open.back();
      open.pop_back();
      pace_.spend(16);
      const TreeNode &node = ensemble.nodes[at.node];
      path.resize(at.levels);
      if (at.levels > 0) enter(splits_[first_split + at.split], at.left, path);
      const bool is_leaf = node.split == Split::kLeaf;
      const auto split = static_cast<std::uint32_t>(splits_.size() - first_split);
      const std::uint32_t reference = is_leaf ? kLeafFlag | num_leaves : split;
      if (at.levels > 0) {
        SplitRecord &parent = splits_[first_split + at.split];
        (at.left ? parent.left : parent.right) = reference;
      }
      if (is_leaf) {
        ++num_leaves;
        leaves_.push_back(
            term.scale *
            (ensemble.leaf_width == 1
                 ? node.value
                 : ensemble
                       .leaf_vectors[std::size_t{node.index} * ensemble.leaf_width + term.group]));
        continue;
      }
      splits_.push_back(split_of(ensemble, at.node, first_set, path));
      const std::uint32_t feature = columns_[splits_.back().column].feature;
      path.push_back({feature, false, splits_.back().before});
      record.num_levels = std::max(record.num_levels, static_cast<std::uint32_t>(path.size()));
      most_features = std::max(most_features, count_features(path));
      open.push_back({node.right, split, path.size(), false});
      open.push_back({node.left, split, path.size(), true});
    }
    record.num_splits = num_leaves - 1;
    expectation_ += expectation(first_split, leaves_.size() - num_leaves);
    record.num_points = std::min((most_features + 1) / 2, kMaxPoints);
    max_points_ = std::max(max_points_, record.num_points);
    max_levels_ = std::max(max_levels_, record.num_levels);
    trees_.push_back(record);
  }

  /// Of the last tree: its leaves, weighted with the ratios on their paths.
  double expectation(std::size_t first_split, std::size_t first_leaf) const {
    std::vector<double> below(splits_.size() - first_split);
    auto value = [&](std::uint32_t child) {
      return (child & kLeafFlag) != 0 ? leaves_[first_leaf + (child & ~kLeafFlag)] : below[child];
    };
    for (std::size_t i = below.size(); i-- > 0;) {  // children stand behind their parent
      const SplitRecord &split = splits_[first_split + i];
      below[i] = split.left_ratio * value(split.left) + split.right_ratio * value(split.right);
    }
    return below.empty() ? leaves_[first_leaf] : below[0];
  }

  /// Goes from a split, the last level of `path`, to one of its children.
  void enter(const SplitRecord &split, bool left, std::vector<Level> &path) const {
    path.back().left = left;
    path.back().product = split.before * (left ? split.left_ratio : split.right_ratio);
    path.back().feature = columns_[split.column].feature;
  }

  static std::uint32_t count_features(const std::vector<Level> &path) {
    // Of each feature the last level counts; paths are short.
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < path.size(); ++i)
      count += std::none_of(path.begin() + static_cast<std::ptrdiff_t>(i) + 1, path.end(),
                            [&](const Level &later) { return later.feature == path[i].feature; });
    return count;
  }

  SplitRecord split_of(const TreeEnsemble &ensemble, std::uint32_t index, std::uint32_t first_set,
                       const std::vector<Level> &path) {
    const TreeNode &node = ensemble.nodes[index];
    SplitRecord split{};
    split.column = column(ensemble.features[node.feature]);
    split.kind = static_cast<std::uint8_t>(node.split);
    split.missing = static_cast<std::uint8_t>(node.missing);
    split.default_left = node.default_left;
    if (model::is_set_split(node.split))
      split.set = first_set + node.index;
    else
      split.threshold = node.value;
    split.left_ratio = ratio(ensemble.covers[node.left], ensemble.covers[index]);
    split.right_ratio = ratio(ensemble.covers[node.right], ensemble.covers[index]);
    split.before = 1;
    split.previous = kNoLevel;
    const std::uint32_t feature = columns_[split.column].feature;
    for (std::size_t level = path.size(); level-- > 0;) {
      if (path[level].feature != feature) continue;
      split.previous = static_cast<std::uint32_t>(level);
      split.previous_left = path[level].left;
      split.before = path[level].product;
      break;
    }
    return split;
  }

  // ---- the image --------------------------------------------------------------------------------

  std::vector<std::byte> write() {
    Header header{};
    std::memcpy(header.magic, kExplanationMagic, sizeof header.magic);
    header.version = kExplanationVersion;
    header.num_inputs = static_cast<std::uint32_t>(model_.inputs.size());
    header.num_outputs = static_cast<std::uint32_t>(outputs_.size());
    header.num_columns = static_cast<std::uint32_t>(columns_.size());
    header.max_points = max_points_;
    header.max_levels = max_levels_;
    std::vector<Point> points;
    for (std::uint32_t n = 1; n <= max_points_; ++n)
      for (const Point &point : gauss_points(n)) points.push_back(point);
    plan::ImageWriter image(sizeof header, interrupt_);
    header.columns = image.add(columns_);
    header.outputs = image.add(outputs_);
    header.terms = image.add(terms_);
    header.trees = image.add(trees_);
    header.splits = image.add(splits_);
    header.leaves = image.add(leaves_);
    header.sets = image.add(sets_);
    header.words = image.add(words_);
    header.points = image.add(points);
    header.plan = image.add(std::vector<std::byte>());
    header.total_size = image.bytes().size();
    image.patch(0, header);
    header.checksum = explanation_checksum(image.bytes(), interrupt_);
    image.patch(0, header);
    return image.release();
  }

  const model::Model &model_;
  Interrupt interrupt_;
  Pace pace_;
  std::vector<std::uint32_t> inputs_;
  std::unordered_map<ColumnId, std::uint32_t> places_;
  std::unordered_map<const TreeEnsemble *, std::uint32_t> first_sets_;
  std::vector<ColumnRecord> columns_;
  std::vector<OutputRecord> outputs_;
  std::vector<TermRecord> terms_;
  std::vector<TreeRecord> trees_;
  std::vector<SplitRecord> splits_;
  std::vector<double> leaves_;
  std::vector<SetRecord> sets_;
  std::vector<std::uint32_t> words_;
  std::uint32_t max_points_ = 0, max_levels_ = 0;
  double expectation_ = 0;  // of the trees of the output at hand
};

}  // namespace

std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt) {
  return Compiler(model, interrupt).compile();
}

}  // namespace pgscore::explain
