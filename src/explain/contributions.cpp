#include "explain/contributions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/index.hpp"
#include "explain/quadrature.hpp"
#include "model/tree_ensemble.hpp"

namespace pgscore::explain {
namespace {

using model::MissingKind;
using model::Split;

constexpr std::size_t kRows = Workspace::kRows;

/// As interpret.cpp's goes_left.
class Tests {
 public:
  Tests(const Explanation &explanation, bool is_float)
      : sets_(explanation.elements<SetRecord>(explanation.header().sets)),
        words_(explanation.elements<std::uint32_t>(explanation.header().words)),
        is_float_(is_float) {}

  bool goes_left(const SplitRecord &split, double x) const {
    if (is_float_) x = static_cast<double>(static_cast<float>(x));
    const auto missing = static_cast<MissingKind>(split.missing);
    if (std::isnan(x)) {
      if (missing != MissingKind::kNanIsZero) return split.default_left != 0;
      x = 0;
    } else if (missing == MissingKind::kZeroOrNan && std::fabs(x) <= model::kZeroThreshold) {
      return split.default_left != 0;
    }
    switch (static_cast<Split>(split.kind)) {
      case Split::kLess:
        return x < split.threshold;
      case Split::kLessEqual:
        return x <= split.threshold;
      case Split::kInSetTruncated:
        return in_set(split.set, std::trunc(x));
      default:
        return in_set(split.set, x);
    }
  }

 private:
  bool in_set(std::uint32_t index, double x) const {
    const SetRecord &set = sets_[index];
    if (!is_index(x, std::size_t{32} * set.num_words)) return false;
    const auto category = static_cast<std::uint32_t>(x);
    return (words_[set.first_word + category / 32] >> (category % 32) & 1) != 0;
  }

  std::span<const SetRecord> sets_;
  std::span<const std::uint32_t> words_;
  bool is_float_;
};

/// One walk over a tree with kRows rows. A level of the path holds, kRows numbers for each point of
/// Gauss's rule: the product of the factors above, and for each child its factor and the sum over
/// the leaves below; and kRows numbers for each child: whether the row has gone this way at all
/// splits of the feature.
class Walk {
 public:
  Walk(const Tests &tests, std::span<const Point> points, const SplitRecord *splits,
       const double *leaves, std::span<const ColumnRecord> fields, const double *columns,
       double *path, std::uint32_t *open, double *out)
      : tests_(tests),
        points_(points),
        splits_(splits),
        leaves_(leaves),
        fields_(fields),
        columns_(columns),
        path_(path),
        open_(open),
        out_(out),
        size_(points.size() * kRows) {}

  void run(Pace &pace) {
    std::fill_n(products(0), size_, 1.0);
    enter(0, 0);
    for (std::size_t level = 0;;) {
      const SplitRecord &split = splits_[open_[2 * level]];
      const std::uint32_t done = open_[2 * level + 1]++;
      if (done < 2) {
        const bool left = done == 0;
        const std::uint32_t child = left ? split.left : split.right;
        if ((child & kLeafFlag) != 0) {
          std::fill_n(sums(level, left), size_, leaves_[child & ~kLeafFlag]);
          continue;
        }
        const double *above = products(level), *factor = factors(level, left);
        double *product = products(level + 1);
        for (std::size_t i = 0; i < size_; ++i) product[i] = above[i] * factor[i];
        enter(child, ++level);
        continue;
      }
      pace.spend(8 * size_);
      add_contributions(split, level);
      if (level == 0) return;
      --level;
      // What both children add up to is the sum below this child of the split above.
      double *sum = sums(level, open_[2 * level + 1] == 1);
      const double *left_factor = factors(level + 1, true), *left = sums(level + 1, true),
                   *right_factor = factors(level + 1, false), *right = sums(level + 1, false);
      for (std::size_t i = 0; i < size_; ++i)
        sum[i] = left_factor[i] * left[i] + right_factor[i] * right[i];
    }
  }

  /// Doubles of a level.
  static std::size_t stride(std::size_t num_points) { return kRows * (5 * num_points + 2); }

 private:
  double *products(std::size_t level) const { return path_ + level * stride(points_.size()); }
  double *factors(std::size_t level, bool left) const {
    return products(level) + (left ? 1 : 2) * size_;
  }
  double *sums(std::size_t level, bool left) const {
    return products(level) + (left ? 3 : 4) * size_;
  }
  double *goes(std::size_t level, bool left) const {
    return products(level) + 5 * size_ + (left ? 0 : kRows);
  }

  void enter(std::uint32_t index, std::size_t level) const {
    const SplitRecord &split = splits_[index];
    open_[2 * level] = index;
    open_[2 * level + 1] = 0;
    const double *x = columns_ + kRows * split.column;
    const double *before =
        split.previous == kNoLevel ? nullptr : goes(split.previous, split.previous_left != 0);
    double *left = goes(level, true), *right = goes(level, false);
    for (std::size_t r = 0; r < kRows; ++r) {
      const double went = before == nullptr ? 1 : before[r];
      const bool is_left = tests_.goes_left(split, x[r]);
      left[r] = is_left ? went : 0;
      right[r] = is_left ? 0 : went;
    }
    set_factors(split, level, before, true);
    set_factors(split, level, before, false);
  }

  /// What a child changes the product by: the factor z + t (o - z) of its feature comes in; where
  /// the feature has one already, from a split above, it takes the place of that.
  void set_factors(const SplitRecord &split, std::size_t level, const double *before,
                   bool left) const {
    const double ratio = left ? split.left_ratio : split.right_ratio;
    const double z = split.before * ratio;
    const double *o = goes(level, left);
    double *factor = factors(level, left);
    for (const Point &point : points_) {
      const double t = point.at, old = split.before * (1 - t) + t;
      for (std::size_t r = 0; r < kRows; ++r) {
        const double own = z * (1 - t) + t * o[r];
        factor[r] = before == nullptr ? own : before[r] != 0 ? own / old : ratio;
      }
      factor += kRows;
    }
  }

  /// Adds what the split's feature contributes at the leaves below, in place of what it was counted
  /// to contribute there at its split above.
  void add_contributions(const SplitRecord &split, std::size_t level) const {
    const double *before =
        split.previous == kNoLevel ? nullptr : goes(split.previous, split.previous_left != 0);
    const double zl = split.before * split.left_ratio, zr = split.before * split.right_ratio;
    const double *ol = goes(level, true), *orr = goes(level, false);
    const double *product = products(level), *left = sums(level, true), *right = sums(level, false);
    double total[kRows] = {};
    for (const Point &point : points_) {
      const double t = point.at, old = split.before * (1 - t) + t;
      for (std::size_t r = 0; r < kRows; ++r) {
        double l = ol[r] - zl, e = orr[r] - zr, others = product[r];
        if (before != nullptr) {
          others /= old;
          l -= (1 - split.before) * (zl * (1 - t) + t * ol[r]) / old;
          e -= (1 - split.before) * (zr * (1 - t) + t * orr[r]) / old;
        }
        total[r] += point.weight * others * (l * left[r] + e * right[r]);
      }
      product += kRows;
      left += kRows;
      right += kRows;
    }
    double *out = out_ + kRows * fields_[split.column].feature;
    for (std::size_t r = 0; r < kRows; ++r)
      if (before == nullptr || before[r] != 0) out[r] += total[r];
  }

  const Tests &tests_;
  std::span<const Point> points_;
  const SplitRecord *splits_;
  const double *leaves_;
  std::span<const ColumnRecord> fields_;
  const double *columns_;
  double *path_;
  std::uint32_t *open_;
  double *out_;
  std::size_t size_;
};

}  // namespace

Workspace::Workspace(const Explanation &explanation)
    : columns_(kRows * std::size_t{explanation.header().num_columns}),
      sums_(kRows * (std::size_t{explanation.num_inputs()} + 1)),
      path_(explanation.header().max_levels * Walk::stride(explanation.header().max_points)),
      open_(2 * std::size_t{explanation.header().max_levels}) {}

/// The contributions of one block of rows.
class Contributions {
 public:
  Contributions(const Explanation &explanation, std::uint32_t output, Workspace &workspace)
      : explanation_(explanation),
        workspace_(workspace),
        fields_(explanation.elements<ColumnRecord>(explanation.header().columns)) {
    const auto outputs = explanation.elements<OutputRecord>(explanation.header().outputs);
    for (std::uint32_t k = 0; k < output; ++k) {
      first_term_ += outputs[k].num_terms;
      first_tree_ += outputs[k].num_trees;
    }
    output_ = outputs[output];
  }

  void compute(const double *const *rows, std::size_t num_rows, double *out, Pace &pace) {
    for (std::size_t c = 0; c < fields_.size(); ++c)
      for (std::size_t r = 0; r < kRows; ++r)
        workspace_.columns_[kRows * c + r] = rows[std::min(r, num_rows - 1)][fields_[c].place];
    std::fill(workspace_.sums_.begin(), workspace_.sums_.end(), 0.0);
    std::fill_n(bias(), kRows, output_.bias);
    add_terms();
    add_trees(pace);
    const std::size_t width = std::size_t{explanation_.num_inputs()} + 1;
    for (std::size_t r = 0; r < num_rows; ++r) {
      double total = 0;
      for (std::size_t i = 0; i < width; ++i) total += workspace_.sums_[kRows * i + r];
      for (std::size_t i = 0; i < width; ++i)
        out[r * width + i] = std::isnan(total) ? model::kMissing : workspace_.sums_[kRows * i + r];
    }
  }

 private:
  double *bias() { return &workspace_.sums_[kRows * std::size_t{explanation_.num_inputs()}]; }

  void add_terms() {
    const auto terms = explanation_.elements<TermRecord>(explanation_.header().terms)
                           .subspan(first_term_, output_.num_terms);
    for (const TermRecord &term : terms)
      for (std::size_t r = 0; r < kRows; ++r)
        workspace_.sums_[kRows * fields_[term.column].feature + r] +=
            term.scale * workspace_.columns_[kRows * term.column + r];
  }

  void add_trees(Pace &pace) {
    const Header &header = explanation_.header();
    const auto trees = explanation_.elements<TreeRecord>(header.trees);
    const auto points = explanation_.elements<Point>(header.points);
    const SplitRecord *splits = explanation_.elements<SplitRecord>(header.splits).data();
    const double *leaves = explanation_.elements<double>(header.leaves).data();
    const Tests floats(explanation_, true), doubles(explanation_, false);
    for (std::uint64_t t = 0; t < first_tree_ + output_.num_trees; ++t) {
      const TreeRecord &tree = trees[t];
      if (t >= first_tree_ && tree.num_splits > 0)
        Walk(tree.is_float != 0 ? floats : doubles,
             points.subspan(first_point(tree.num_points), tree.num_points), splits, leaves, fields_,
             workspace_.columns_.data(), workspace_.path_.data(), workspace_.open_.data(),
             workspace_.sums_.data())
            .run(pace);
      splits += tree.num_splits;
      leaves += std::size_t{tree.num_splits} + 1;
    }
  }

  const Explanation &explanation_;
  Workspace &workspace_;
  std::span<const ColumnRecord> fields_;
  OutputRecord output_{};
  std::uint64_t first_term_ = 0, first_tree_ = 0;
};

void contributions(const Explanation &explanation, std::uint32_t output, const double *const *rows,
                   std::size_t num_rows, Workspace &workspace, double *out, Pace &pace) {
  Contributions(explanation, output, workspace).compute(rows, num_rows, out, pace);
}

}  // namespace pgscore::explain
