#include "explain/verify.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include "explain/checksum.hpp"
#include "explain/explanation_layout.hpp"
#include "explain/quadrature.hpp"
#include "model/tree_ensemble.hpp"
#include "plan/section_cursor.hpp"

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
};

void verify_header(Bytes bytes, const Header &header, Interrupt interrupt) {
  expect(std::memcmp(header.magic, kExplanationMagic, sizeof header.magic) == 0,
         "It is no explanation.");
  expect(header.version == kExplanationVersion, "The explanation has another version.");
  expect(header.total_size == bytes.size(), "The explanation has another length.");
  expect(header.checksum == explanation_checksum(bytes, interrupt), "The checksum is wrong.");
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
    expect(tree.is_float <= 1, "A truth value is neither 0 nor 1.");
    path_.clear();
    std::uint32_t num_splits = 0, num_leaves = 0;
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
      path_.push_back({sections_.columns[split.column].feature, false});
      expect(path_.size() <= tree.num_levels, "A path has more levels than its tree.");
      open.push_back({split.right, path_.size(), false});
      open.push_back({split.left, path_.size(), true});
    }
    expect(num_splits == splits.size(), "A split belongs to no tree.");
  }

 private:
  struct Level {
    std::uint32_t feature;
    bool left;
  };

  void check_split(const SplitRecord &split) const {
    expect(split.column < sections_.columns.size(), "The column of a split is out of range.");
    expect(
        split.kind >= 1 && split.kind <= static_cast<std::uint8_t>(model::Split::kInSetTruncated),
        "A split is of an unknown kind.");
    expect(split.missing <= static_cast<std::uint8_t>(model::MissingKind::kZeroOrNan),
           "A kind of missing value is unknown.");
    expect(split.default_left <= 1 && split.previous_left <= 1,
           "A truth value is neither 0 nor 1.");
    if (model::is_set_split(static_cast<model::Split>(split.kind)))
      expect(split.set < sections_.sets.size(), "The set of a split is out of range.");
    else
      expect(!std::isnan(split.threshold), "A threshold is not a number.");
    for (const double ratio : {split.left_ratio, split.right_ratio, split.before})
      expect(ratio >= 0 && ratio <= 1, "A ratio of covers is out of range.");
    if (split.previous == kNoLevel) return;
    expect(split.previous < path_.size() &&
               path_[split.previous].feature == sections_.columns[split.column].feature &&
               path_[split.previous].left == (split.previous_left != 0),
           "The split above of the same feature is another one.");
  }

  const Sections &sections_;
  const Header &header_;
  SectionCursor &cursor_;
  std::vector<Level> path_;
};

void verify_trees(const Sections &sections, const Header &header, SectionCursor &cursor) {
  TreeCheck check(sections, header, cursor);
  std::uint64_t first_split = 0, first_leaf = 0;
  for (const TreeRecord &tree : sections.trees) {
    expect(tree.num_splits <= sections.splits.size() - first_split && tree.num_splits < kLeafFlag,
           "The splits of a tree are out of range.");
    check.check(tree, sections.splits.subspan(first_split, tree.num_splits));
    first_split += tree.num_splits;
    first_leaf += std::uint64_t{tree.num_splits} + 1;
    expect(first_leaf <= sections.leaves.size(), "The leaves of a tree are out of range.");
  }
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
  cursor.take<std::byte>(header.plan, "plan");
  expect(cursor.position() == bytes.size(), "There are bytes behind the last section.");
  expect(header.plan.count == 0, "A plan of columns is not known yet.");
  expect(sections.columns.size() == header.num_columns, "The number of columns is wrong.");
  expect(sections.outputs.size() == header.num_outputs, "The number of outputs is wrong.");
  expect(sections.points.size() == first_point(header.max_points + 1),
         "The number of points is wrong.");
  for (const ColumnRecord &column : sections.columns)
    expect(column.feature < header.num_inputs && column.place < header.num_inputs,
           "A column is out of range.");
  for (const SetRecord &set : sections.sets)
    expect(std::uint64_t{set.first_word} + set.num_words <= sections.words.size(),
           "A set is out of range.");
  verify_outputs(sections);
  verify_trees(sections, header, cursor);
}

}  // namespace pgscore::explain
