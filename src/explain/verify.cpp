#include "explain/verify.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/limits.hpp"
#include "explain/checksum.hpp"
#include "explain/explanation_layout.hpp"
#include "explain/quadrature.hpp"
#include "model/tree_ensemble.hpp"
#include "plan/plan.hpp"
#include "plan/section_cursor.hpp"
#include "plan/verify_plan.hpp"

namespace pgscore::explain {
namespace {

using plan::expect;
using plan::SectionCursor;

struct Sections {
  std::span<const ColumnRecord> columns;
  std::span<const OutputRecord> outputs;
  std::span<const TermRecord> terms;
  std::span<const TreeRecord> trees;
  std::span<const SplitRecord> splits;
  std::span<const double> leaves;
  std::span<const SetRecord> sets;
  std::span<const std::uint32_t> words;
  std::span<const Point> points;
  std::span<const double> factors;
};

void verify_header(Bytes bytes, const Header &header, Interrupt interrupt) {
  expect(std::memcmp(header.magic, kExplanationMagic, sizeof header.magic) == 0,
         "It is no explanation.");
  expect(header.version == kExplanationVersion, "The explanation has another version.");
  expect(header.total_size == bytes.size(), "The explanation has another length.");
  expect(header.checksum == explanation_checksum(bytes, interrupt), "The checksum is wrong.");
  expect(header.num_inputs <= Limits{}.max_columns, "There are too many inputs.");
  expect(header.max_points <= kMaxPoints, "There are too many points.");
  expect(header.max_levels <= kMaxLevels, "There are too many levels.");
}

/// The links of one tree. Splits stand in pre-order and leaves from left to right, so a walk from
/// the root meets both in their order: no split has two parents, and none is left out.
class TreeCheck {
 public:
  TreeCheck(const Sections &sections, const Header &header, SectionCursor &cursor)
      : sections_(sections), header_(header), cursor_(cursor) {}

  void check(const TreeRecord &tree, std::span<const SplitRecord> splits) {
    expect(tree.num_points >= 1 && tree.num_points <= header_.max_points,
           "The points of a tree are out of range.");
    expect(tree.num_levels <= header_.max_levels, "The levels of a tree are out of range.");
    path_.clear();
    num_points_ = tree.num_points;
    num_splits_ = tree.num_splits;
    std::uint32_t num_splits = 0, num_leaves = 0;
    std::size_t num_levels = 0;
    struct Open {
      std::uint32_t reference;
      std::size_t levels;
      bool left;  // of the parent
    };
    std::vector<Open> open{{splits.empty() ? kLeafFlag : 0, 0, false}};
    while (!open.empty()) {
      const Open at = open.back();
      open.pop_back();
      cursor_.pace().spend(8);
      path_.resize(at.levels);
      if (at.levels > 0) path_.back().left = at.left;
      if ((at.reference & kLeafFlag) != 0) {
        expect(at.reference == (kLeafFlag | num_leaves), "The leaves of a tree are out of order.");
        ++num_leaves;
        continue;
      }
      expect(at.reference == num_splits && num_splits < splits.size(),
             "The splits of a tree are out of order.");
      const SplitRecord &split = splits[num_splits++];
      check_split(split);
      path_.push_back({split.feature, at.reference, false});
      num_levels = std::max(num_levels, path_.size());
      open.push_back({split.children[1], path_.size(), false});
      open.push_back({split.children[0], path_.size(), true});
    }
    expect(num_splits == splits.size(), "A split belongs to no tree.");
    expect(num_levels == tree.num_levels, "A tree has another number of levels.");
  }

 private:
  struct Level {
    std::uint32_t feature;
    std::uint32_t split;
    bool left;
  };

  void check_split(const SplitRecord &split) const {
    const std::uint32_t column = split.line / kLinesOfColumn;
    expect(column < sections_.columns.size(), "The column of a split is out of range.");
    expect(
        split.kind >= 1 && split.kind <= static_cast<std::uint8_t>(model::Split::kInSetTruncated),
        "A split is of an unknown kind.");
    expect(split.missing <= static_cast<std::uint8_t>(model::MissingKind::kZeroOrNan),
           "A kind of missing value is unknown.");
    expect(split.default_left <= 1 && split.previous_right <= 1 && split.compares <= 1,
           "A truth value is neither 0 nor 1.");
    if (model::is_set_split(static_cast<model::Split>(split.kind)))
      expect(split.set < sections_.sets.size(), "The set of a split is out of range.");
    else
      expect(!std::isnan(split.threshold), "A threshold is not a number.");
    const bool left_is_leaf = (split.children[0] & kLeafFlag) != 0;
    const bool right_is_leaf = (split.children[1] & kLeafFlag) != 0;
    const Shape shape = left_is_leaf != right_is_leaf ? Shape::kMixed
                        : left_is_leaf                ? Shape::kTwoLeaves
                                                      : Shape::kTwoSplits;
    expect(split.shape == static_cast<std::uint8_t>(shape), "The shape of a split is another one.");
    for (const double ratio : split.ratios)
      expect(ratio >= 0 && ratio <= 1, "A ratio of covers is out of range.");
    expect(split.feature == sections_.columns[column].feature,
           "The feature of a split is not that of its column.");
    expect(std::uint64_t{split.factors} + 2 * std::uint64_t{factor_stride(num_points_)} <=
               sections_.factors.size(),
           "The factors of a split are out of range.");
    if (split.previous_level == 0) {
      expect(split.previous_split == num_splits_ && split.previous_right == 0,
             "A split has no other one of its feature above, and has.");
      return;
    }
    const std::uint32_t level = split.previous_level - 1;
    expect(level < path_.size() && path_[level].feature == split.feature &&
               path_[level].split == split.previous_split &&
               path_[level].left == (split.previous_right == 0),
           "The split above of the same feature is another one.");
  }

  const Sections &sections_;
  const Header &header_;
  SectionCursor &cursor_;
  std::vector<Level> path_;
  std::uint32_t num_points_ = 0, num_splits_ = 0;  // of the tree
};

void verify_trees(const Sections &sections, const Header &header, SectionCursor &cursor) {
  TreeCheck check(sections, header, cursor);
  std::uint64_t first_split = 0, first_leaf = 0;
  std::uint32_t max_points = 0, max_levels = 0;
  for (const TreeRecord &tree : sections.trees) {
    expect(tree.num_splits <= sections.splits.size() - first_split && tree.num_splits < kLeafFlag,
           "The splits of a tree are out of range.");
    check.check(tree, sections.splits.subspan(first_split, tree.num_splits));
    max_points = std::max(max_points, tree.num_points);
    max_levels = std::max(max_levels, tree.num_levels);
    first_split += tree.num_splits;
    first_leaf += std::uint64_t{tree.num_splits} + 1;
    expect(first_leaf <= sections.leaves.size(), "The leaves of a tree are out of range.");
  }
  // Memory is taken for the greatest of them.
  expect(max_points == header.max_points && max_levels == header.max_levels,
         "No tree has so many points or levels.");
  expect(first_split == sections.splits.size(), "A split belongs to no tree.");
  expect(first_leaf == sections.leaves.size(), "A leaf belongs to no tree.");
}

void verify_outputs(const Sections &sections) {
  std::uint64_t num_terms = 0, num_trees = 0;
  for (const OutputRecord &output : sections.outputs) {
    num_terms += output.num_terms;
    num_trees += output.num_trees;
  }
  expect(num_terms == sections.terms.size(), "The terms are not those of the outputs.");
  expect(num_trees == sections.trees.size(), "The trees are not those of the outputs.");
  for (const TermRecord &term : sections.terms)
    expect(term.column < sections.columns.size(), "The column of a term is out of range.");
}

/// -> how many columns the plan computes
std::uint32_t verify_columns_plan(Bytes bytes, const Header &header, Interrupt interrupt) {
  plan::verify_plan(bytes, interrupt);
  const plan::Plan plan(bytes.data());
  expect(plan.num_inputs() == header.num_inputs, "The plan of the columns has other inputs.");
  return plan.num_raw();
}

}  // namespace

void verify(Bytes bytes, Interrupt interrupt) {
  expect(bytes.size() >= sizeof(Header), "It is too short.");
  const Header &header = *reinterpret_cast<const Header *>(bytes.data());
  verify_header(bytes, header, interrupt);
  SectionCursor cursor(bytes, sizeof(Header), interrupt);
  Sections sections;
  sections.columns = cursor.take<ColumnRecord>(header.columns, "columns");
  sections.outputs = cursor.take<OutputRecord>(header.outputs, "outputs");
  sections.terms = cursor.take<TermRecord>(header.terms, "terms");
  sections.trees = cursor.take<TreeRecord>(header.trees, "trees");
  sections.splits = cursor.take<SplitRecord>(header.splits, "splits");
  sections.leaves = cursor.take<double>(header.leaves, "leaves");
  sections.sets = cursor.take<SetRecord>(header.sets, "sets");
  sections.words = cursor.take<std::uint32_t>(header.words, "words");
  sections.points = cursor.take<Point>(header.points, "points");
  sections.factors = cursor.take<double>(header.factors, "factors");
  const auto plan_bytes = cursor.take<std::byte>(header.plan, "plan");
  expect(cursor.position() == bytes.size(), "There are bytes behind the last section.");
  expect(sections.columns.size() == header.num_columns, "The number of columns is wrong.");
  expect(sections.outputs.size() == header.num_outputs, "The number of outputs is wrong.");
  expect(sections.points.size() == first_point(header.max_points + 1),
         "The number of points is wrong.");
  std::uint64_t num_places = header.num_inputs;
  if (!plan_bytes.empty()) num_places += verify_columns_plan(plan_bytes, header, interrupt);
  for (const ColumnRecord &column : sections.columns)
    expect(column.feature < header.num_inputs && column.place < num_places,
           "A column is out of range.");
  for (const SetRecord &set : sections.sets)
    expect(std::uint64_t{set.first_word} + set.num_words <= sections.words.size() &&
               set.num_words <= UINT32_MAX / 32,
           "A set is out of range.");
  expect(sections.factors.size() >= 2 * std::size_t{kMaxPoints}, "There are no factors.");
  for (const double factor : sections.factors.first(2 * std::size_t{kMaxPoints}))
    expect(factor == 0, "The first factors are not 0.");
  verify_outputs(sections);
  verify_trees(sections, header, cursor);
}

}  // namespace pgscore::explain
