#include "explain/compile.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/limits.hpp"
#include "base/pace.hpp"
#include "explain/additive.hpp"
#include "explain/checksum.hpp"
#include "explain/explanation_layout.hpp"
#include "explain/quadrature.hpp"
#include "model/node_inputs.hpp"
#include "plan/compile.hpp"
#include "plan/image_writer.hpp"

namespace pgscore::explain {
namespace {

using model::ColumnId;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

/// An image is a value of the catalog, which holds less than 1 GB; what is small is left out.
constexpr std::size_t kMaxBytes = 1'000'000'000;

/// The ratio of two covers; of nothing in nothing it is 0.
double ratio(double part, double whole) { return whole > 0 ? std::min(part / whole, 1.0) : 0; }

class Compiler {
 public:
  Compiler(const model::Model &model, Interrupt interrupt)
      : model_(model),
        interrupt_(interrupt),
        pace_(interrupt),
        inputs_(inputs_of_columns(model)),
        sums_(model, inputs_),
        factors_(2 * std::size_t{kMaxPoints}) {}

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
    const auto [at, is_new] = places_.try_emplace(id, static_cast<std::uint32_t>(columns_.size()));
    if (!is_new) return at->second;
    if (id < model_.inputs.size())
      columns_.push_back({id, input});
    else
      columns_.push_back({place_of_computed(id), input});
    return at->second;
  }

  std::uint32_t place_of_computed(ColumnId id) {
    computed_.push_back(id);
    return static_cast<std::uint32_t>(model_.inputs.size() + computed_.size() - 1);
  }

  /// A column of its own for a term of a linear predictor.
  std::uint32_t column_of_term(const PredictorTerm &part) {
    const std::uint32_t input = inputs_[part.term.column];
    if (input >= model_.inputs.size())
      throw Error(ErrorCode::kUnsupportedModel, "the model has no exact contributions",
                  "A term of it is a constant.");
    model::Linear linear;
    linear.on_missing = part.on_missing;
    linear.intercept = {0};
    linear.terms = {part.term};
    const ColumnId id = model_.num_columns + static_cast<ColumnId>(term_nodes_.size());
    term_nodes_.push_back({std::move(linear), id, 1});
    columns_.push_back({place_of_computed(id), input});
    return static_cast<std::uint32_t>(columns_.size() - 1);
  }

  /// A column that is 0, and missing where the column `raw` is.
  std::uint32_t column_of_missing(ColumnId raw) {
    const ColumnId is_missing = model_.num_columns + static_cast<ColumnId>(term_nodes_.size());
    constexpr auto kDouble = model::Precision::kFloat64;
    const auto number = [](double value) { return model::Operand::value(value); };
    term_nodes_.push_back(
        {model::Apply{model::Op::kIsMissing, kDouble, {model::Operand::of(raw)}}, is_missing, 1});
    term_nodes_.push_back(
        {model::Apply{model::Op::kIf,
                      kDouble,
                      {model::Operand::of(is_missing), number(model::kMissing), number(0)}},
         is_missing + 1, 1});
    columns_.push_back({place_of_computed(is_missing + 1), 0});
    return static_cast<std::uint32_t>(columns_.size() - 1);
  }

  /// A plan that gives the computed columns as raw outputs: the model without what else it has.
  std::vector<std::byte> plan_of_columns() const {
    if (computed_.empty()) return {};
    model::Model columns;
    columns.inputs = model_.inputs;
    std::vector<bool> wanted(model_.num_columns + term_nodes_.size(), false);
    for (const ColumnId id : computed_) wanted[id] = true;
    for (const model::Node &node : term_nodes_)
      model::for_each_input(node, [&](ColumnId column) { wanted[column] = true; });
    for (std::size_t n = model_.nodes.size(); n-- > 0;) {
      const model::Node &node = model_.nodes[n];
      bool is_wanted = false;
      for (std::uint32_t k = 0; k < node.num_outputs; ++k)
        is_wanted = is_wanted || wanted[node.first_output + k];
      if (!is_wanted) continue;
      columns.nodes.push_back(node);
      model::for_each_input(node, [&](ColumnId column) { wanted[column] = true; });
    }
    std::reverse(columns.nodes.begin(), columns.nodes.end());
    columns.nodes.insert(columns.nodes.end(), term_nodes_.begin(), term_nodes_.end());
    columns.num_columns = static_cast<std::uint32_t>(wanted.size());
    columns.output.raw = computed_;
    return plan::compile(columns, interrupt_);
  }

  // ---- outputs ----------------------------------------------------------------------------------

  void add_output(ColumnId raw) {
    const Sum sum = sums_.of(raw);
    const std::size_t first_tree = trees_.size();
    const std::size_t first_term = terms_.size();
    expectation_ = 0;
    may_be_missing_ = sum.may_be_missing;
    for (const ColumnTerm &term : sum.columns)
      terms_.push_back({term.scale, column(term.column), 0});
    for (const TreesTerm &term : sum.trees) add_trees(term);
    for (const PredictorTerm &term : sum.terms)
      terms_.push_back({term.scale, column_of_term(term), 0});
    if (may_be_missing_ && !model_.inputs.empty()) terms_.push_back({1, column_of_missing(raw), 0});
    check_size();
    outputs_.push_back({sum.bias + expectation_,
                        static_cast<std::uint32_t>(terms_.size() - first_term),
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
    std::uint32_t split;  // of the tree
    bool left;
    double before, product;  // of the ratios of the feature on the path above, and with this one
    std::uint32_t num_features;  // of the path down to here
  };

  void add_tree(const TreeEnsemble &ensemble, const model::Tree &tree, const TreesTerm &term,
                std::uint32_t first_set) {
    TreeRecord record{};
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
        parent.children[at.left ? 0 : 1] = reference;
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
      check_size();
      pace_.spend(path.size());
      const std::uint32_t above = path.empty() ? 0 : path.back().num_features;
      const std::uint32_t num_features = above + (splits_.back().previous_level == 0 ? 1 : 0);
      path.push_back({splits_.back().feature, split, false, befores_.back(), 0, num_features});
      check_limit(path.size(), kMaxLevels, "levels in a tree for its explanation");
      record.num_levels = std::max(record.num_levels, static_cast<std::uint32_t>(path.size()));
      most_features = std::max(most_features, num_features);
      open.push_back({node.right, split, path.size(), false});
      open.push_back({node.left, split, path.size(), true});
    }
    record.num_splits = num_leaves - 1;
    record.num_points = std::min((most_features + 1) / 2, kMaxPoints);
    for (std::size_t i = first_split; i < splits_.size(); ++i) {
      SplitRecord &split = splits_[i];
      if (split.previous_level == 0) split.previous_split = record.num_splits;
      const bool left_is_leaf = (split.children[0] & kLeafFlag) != 0;
      const bool right_is_leaf = (split.children[1] & kLeafFlag) != 0;
      split.shape = static_cast<std::uint8_t>(left_is_leaf != right_is_leaf ? Shape::kMixed
                                              : left_is_leaf                ? Shape::kTwoLeaves
                                                                            : Shape::kTwoSplits);
      split.factors = add_factors(record.num_points, befores_[i - first_split]);
    }
    befores_.clear();
    const auto first_leaf = leaves_.end() - num_leaves;
    if (std::any_of(first_leaf, leaves_.end(), [](double x) { return std::isnan(x); }))
      replace_missing_leaves(first_split, leaves_.size() - num_leaves);
    expectation_ += expectation(first_split, leaves_.size() - num_leaves);
    max_points_ = std::max(max_points_, record.num_points);
    max_levels_ = std::max(max_levels_, record.num_levels);
    trees_.push_back(record);
    check_size();
  }

  void check_size() const {
    check_limit(splits_.size() * sizeof(SplitRecord) + leaves_.size() * sizeof(double) +
                    factors_.size() * sizeof(double) + terms_.size() * sizeof(TermRecord),
                kMaxBytes, "bytes for its explanation");
  }

  /// Those of splits without one of the feature above are shared.
  std::uint32_t add_factors(std::uint32_t num_points, double before) {
    if (before == 1) {
      const auto [at, is_new] =
          shared_factors_.try_emplace(num_points, static_cast<std::uint32_t>(factors_.size()));
      if (!is_new) return at->second;
    }
    const auto first = static_cast<std::uint32_t>(factors_.size());
    const std::uint32_t stride = factor_stride(num_points);
    factors_.resize(factors_.size() + 2 * stride);
    auto &points = points_.try_emplace(num_points, gauss_points(num_points)).first->second;
    for (std::uint32_t p = 0; p < num_points; ++p) {
      const double t = points[p].at, inverse = 1 / (before * (1 - t) + t);
      factors_[first + p] = t * inverse;
      factors_[first + stride + p] = before * inverse * inverse;
    }
    return first;
  }

  /// Of the last tree: gives a leaf without a value that of what stands beside it, so that knowing
  /// that a row goes there changes nothing. The rows that end there have no contributions.
  void replace_missing_leaves(std::size_t first_split, std::size_t first_leaf) {
    may_be_missing_ = true;
    std::vector<double> below(splits_.size() - first_split), instead(below.size(), model::kMissing);
    auto value = [&](std::uint32_t child) -> double & {
      return (child & kLeafFlag) != 0 ? leaves_[first_leaf + (child & ~kLeafFlag)] : below[child];
    };
    for (std::size_t i = below.size(); i-- > 0;) {
      const SplitRecord &split = splits_[first_split + i];
      const double left = value(split.children[0]), right = value(split.children[1]);
      below[i] = std::isnan(left)    ? right
                 : std::isnan(right) ? left
                                     : split.ratios[0] * left + split.ratios[1] * right;
    }
    for (std::size_t i = 0; i < below.size(); ++i) {
      const SplitRecord &split = splits_[first_split + i];
      for (const std::size_t side : {0, 1}) {
        const std::uint32_t child = split.children[side];
        if (!std::isnan(value(child))) continue;
        const double beside = value(split.children[1 - side]);
        const double filled = std::isnan(beside) ? instead[i] : beside;
        if ((child & kLeafFlag) != 0)
          value(child) = filled;
        else
          instead[child] = filled;
      }
    }
  }

  /// Of the last tree: its leaves, weighted with the ratios on their paths.
  double expectation(std::size_t first_split, std::size_t first_leaf) const {
    std::vector<double> below(splits_.size() - first_split);
    auto value = [&](std::uint32_t child) {
      return (child & kLeafFlag) != 0 ? leaves_[first_leaf + (child & ~kLeafFlag)] : below[child];
    };
    for (std::size_t i = below.size(); i-- > 0;) {  // children stand behind their parent
      const SplitRecord &split = splits_[first_split + i];
      below[i] =
          split.ratios[0] * value(split.children[0]) + split.ratios[1] * value(split.children[1]);
    }
    return below.empty() ? leaves_[first_leaf] : below[0];
  }

  /// Goes from a split, the last level of `path`, to one of its children.
  void enter(const SplitRecord &split, bool left, std::vector<Level> &path) const {
    path.back().left = left;
    path.back().product = path.back().before * split.ratios[left ? 0 : 1];
    path.back().feature = split.feature;
  }

  /// Chooses what the split looks at; makes one comparison of it where that is the same.
  static void set_line(SplitRecord &split, std::uint32_t place, bool is_float) {
    Line line = is_float ? Line::kFloat : Line::kDouble;
    const auto kind = static_cast<Split>(split.kind);
    const auto missing = static_cast<model::MissingKind>(split.missing);
    if (!model::is_set_split(kind) && missing != model::MissingKind::kZeroOrNan &&
        std::isfinite(split.threshold)) {
      split.compares = 1;
      if (kind == Split::kLessEqual)
        split.threshold = std::nextafter(split.threshold, std::numeric_limits<double>::infinity());
      if (missing == model::MissingKind::kNanIsZero)
        line = is_float ? Line::kFloatZero : Line::kDoubleZero;
      else if (split.default_left != 0)
        line = is_float ? Line::kFloatLow : Line::kDoubleLow;
      else
        line = is_float ? Line::kFloatHigh : Line::kDoubleHigh;
    }
    split.line = kLinesOfColumn * place + static_cast<std::uint32_t>(line);
  }

  SplitRecord split_of(const TreeEnsemble &ensemble, std::uint32_t index, std::uint32_t first_set,
                       const std::vector<Level> &path) {
    const TreeNode &node = ensemble.nodes[index];
    SplitRecord split{};
    const std::uint32_t place = column(ensemble.features[node.feature]);
    split.kind = static_cast<std::uint8_t>(node.split);
    split.missing = static_cast<std::uint8_t>(node.missing);
    split.default_left = node.default_left;
    if (model::is_set_split(node.split))
      split.set = first_set + node.index;
    else
      split.threshold = node.value;
    set_line(split, place, ensemble.compare == model::Precision::kFloat32);
    split.ratios[0] = ratio(ensemble.covers[node.left], ensemble.covers[index]);
    split.ratios[1] = ratio(ensemble.covers[node.right], ensemble.covers[index]);
    split.feature = columns_[place].feature;
    double before = 1;
    for (std::size_t level = path.size(); level-- > 0;) {
      if (path[level].feature != split.feature) continue;
      split.previous_level = static_cast<std::uint32_t>(level) + 1;
      split.previous_split = path[level].split;
      split.previous_right = !path[level].left;
      before = path[level].product;
      break;
    }
    befores_.push_back(before);
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
    header.splits = image.add(std::exchange(splits_, {}));
    header.leaves = image.add(std::exchange(leaves_, {}));
    header.sets = image.add(sets_);
    header.words = image.add(words_);
    header.points = image.add(points);
    header.factors = image.add(std::exchange(factors_, {}));
    header.plan = image.add(plan_of_columns());
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
  Sums sums_;
  std::unordered_map<ColumnId, std::uint32_t> places_;  // in columns_
  std::vector<ColumnId> computed_;                      // columns that are no inputs
  std::vector<model::Node> term_nodes_;
  std::unordered_map<const TreeEnsemble *, std::uint32_t> first_sets_;
  std::vector<ColumnRecord> columns_;
  std::vector<OutputRecord> outputs_;
  std::vector<TermRecord> terms_;
  std::vector<TreeRecord> trees_;
  std::vector<SplitRecord> splits_;
  std::vector<double> leaves_;
  std::vector<double> befores_;  // of the splits of the tree at hand: SplitRecord::factors' b
  std::vector<double> factors_;
  std::unordered_map<std::uint32_t, std::uint32_t> shared_factors_;  // by the number of points
  std::unordered_map<std::uint32_t, std::vector<Point>> points_;
  std::vector<SetRecord> sets_;
  std::vector<std::uint32_t> words_;
  std::uint32_t max_points_ = 0, max_levels_ = 0;
  double expectation_ = 0;       // of the trees of the output at hand
  bool may_be_missing_ = false;  // where its terms are not
};

}  // namespace

std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt) {
  return Compiler(model, interrupt).compile();
}

}  // namespace pgscore::explain
