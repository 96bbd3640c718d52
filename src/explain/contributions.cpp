#include "explain/contributions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/interruptible.hpp"
#include "model/columns.hpp"

namespace pgscore::explain {
namespace {

/// Memory of the blocks of rows that a tree is walked with; a wide model has fewer blocks.
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

}  // namespace

Workspace::Workspace(const Explanation &explanation, std::string_view kernel)
    : walker_(choose_walker(kernel)) {
  const Header &header = explanation.header();
  const std::size_t lines = kLinesOfColumn * std::size_t{header.num_columns};
  const std::size_t sums = std::size_t{header.num_inputs} + 1;
  num_blocks_ =
      std::clamp<std::size_t>(kBlockBytes / (sizeof(Numbers) * (lines + sums)), 1, kWalkBlocks);
  lines_.resize(num_blocks_ * lines);
  sums_.resize(num_blocks_ * sums);
  if (const plan::Plan plan = explanation.plan()) {
    scratch_.emplace(plan, num_blocks_ * kWalkRows, kernel);
    computed_.resize(num_blocks_ * kWalkRows * plan.num_raw());
  }
  std::uint32_t max_splits = 0;
  Start start;
  auto tree = explanation.elements<TreeRecord>(header.trees).begin();
  for (const OutputRecord &output : explanation.elements<OutputRecord>(header.outputs)) {
    starts_.push_back(start);
    start.term += output.num_terms;
    start.tree += output.num_trees;
    for (std::uint32_t t = 0; t < output.num_trees; ++t, ++tree) {
      start.split += tree->num_splits;
      max_splits = std::max(max_splits, tree->num_splits);
    }
  }
  walks_alone_ = walks_alone(header, max_splits);
  path_.resize(walk_lines(header, max_splits));
  open_.resize(2 * (std::size_t{header.max_levels} + 1));
}

/// The contributions to one output.
class Contributions {
 public:
  Contributions(const Explanation &explanation, std::uint32_t output, Workspace &workspace,
                Interrupt interrupt)
      : explanation_(explanation),
        header_(explanation.header()),
        work_(workspace),
        interrupt_(interrupt),
        pace_(interrupt),
        columns_(explanation.elements<ColumnRecord>(header_.columns)) {
    const OutputRecord &record = explanation.elements<OutputRecord>(header_.outputs)[output];
    const Workspace::Start &start = workspace.starts_[output];
    bias_ = record.bias;
    terms_ = explanation.elements<TermRecord>(header_.terms).subspan(start.term, record.num_terms);
    task_.trees =
        explanation.elements<TreeRecord>(header_.trees).subspan(start.tree, record.num_trees);
    task_.splits = explanation.elements<SplitRecord>(header_.splits).data() + start.split;
    // A tree has one leaf more than splits.
    task_.leaves = explanation.elements<double>(header_.leaves).data() + start.split + start.tree;
    task_.points = explanation.elements<Point>(header_.points).data();
    task_.factors = explanation.elements<double>(header_.factors).data();
    task_.sets = explanation.elements<SetRecord>(header_.sets).data();
    task_.words = explanation.elements<std::uint32_t>(header_.words).data();
    task_.lines = work_.lines_.data();
    task_.lines_stride = kLinesOfColumn * columns_.size();
    task_.sums_stride = std::size_t{header_.num_inputs} + 1;
    task_.path = work_.path_.data();
    task_.open = work_.open_.data();
    task_.sums = work_.sums_.data();
    task_.pace = &pace_;
  }

  /// Computes up to Workspace::num_blocks_ blocks of rows.
  void compute(const double *values, std::size_t stride, std::size_t num_rows, double *out) {
    const bool alone = num_rows == 1 && work_.walks_alone_;
    task_.num_blocks = (num_rows + kWalkRows - 1) / kWalkRows;
    const std::size_t num_places = alone ? 1 : task_.num_blocks * kWalkRows;
    read_columns(values, stride, num_rows, num_places);
    begin_sums(num_places);
    if (alone)
      work_.walker_.row(task_);
    else
      work_.walker_.rows(task_);
    const std::size_t width = task_.sums_stride;
    for (std::size_t r = 0; r < num_rows; ++r) {
      double total = 0;
      for (std::size_t i = 0; i < width; ++i) total += sum(r, i);
      for (std::size_t i = 0; i < width; ++i)
        out[r * width + i] = std::isnan(total) ? model::kMissing : sum(r, i);
    }
  }

 private:
  double &sum(std::size_t row, std::size_t input) {
    return work_.sums_[row / kWalkRows * task_.sums_stride + input].values[row % kWalkRows];
  }
  double &line(std::size_t row, std::uint32_t column, Line which) {
    const std::size_t place =
        kLinesOfColumn * std::size_t{column} + static_cast<std::size_t>(which);
    return work_.lines_[row / kWalkRows * task_.lines_stride + place].values[row % kWalkRows];
  }

  /// Fills the places of `num_places` rows; those that are not there get the last one's values.
  void read_columns(const double *values, std::size_t stride, std::size_t num_rows,
                    std::size_t num_places) {
    const plan::Plan plan = explanation_.plan();
    if (plan)
      kernels::score(plan, {values, 1, num_rows, stride}, kernels::Want::kRaw, *work_.scratch_,
                     work_.computed_.data(), interrupt_);
    for (std::uint32_t c = 0; c < columns_.size(); ++c) {
      pace_.spend(kLinesOfColumn * num_places);
      const std::uint32_t place = columns_[c].place;
      for (std::size_t r = 0; r < num_places; ++r) {
        const std::size_t row = std::min(r, num_rows - 1);
        const double x = place < header_.num_inputs
                             ? values[row * stride + place]
                             : work_.computed_[row * plan.num_raw() + place - header_.num_inputs];
        set_lines(r, c, x);
      }
    }
  }

  void set_lines(std::size_t row, std::uint32_t column, double x) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double rounded = static_cast<double>(static_cast<float>(x));
    const bool missing = std::isnan(x);
    auto set = [&](Line as_double, Line as_float, double instead) {
      line(row, column, as_double) = missing ? instead : x;
      line(row, column, as_float) = missing ? instead : rounded;
    };
    set(Line::kDouble, Line::kFloat, x);
    set(Line::kDoubleLow, Line::kFloatLow, -kInfinity);
    set(Line::kDoubleHigh, Line::kFloatHigh, kInfinity);
    set(Line::kDoubleZero, Line::kFloatZero, 0);
  }

  /// The bias, and what terms contribute.
  void begin_sums(std::size_t num_places) {
    std::fill_n(work_.sums_.begin(), task_.num_blocks * task_.sums_stride, Numbers{});
    for (std::size_t r = 0; r < num_places; ++r) sum(r, header_.num_inputs) = bias_;
    for (const TermRecord &term : terms_) {
      pace_.spend(2 * num_places);
      for (std::size_t r = 0; r < num_places; ++r)
        sum(r, columns_[term.column].feature) += term.scale * line(r, term.column, Line::kDouble);
    }
  }

  const Explanation &explanation_;
  const Header &header_;
  Workspace &work_;
  Interrupt interrupt_;
  Pace pace_;
  std::span<const ColumnRecord> columns_;
  double bias_;
  std::span<const TermRecord> terms_;
  WalkTask task_{};
};

void contributions(const Explanation &explanation, std::uint32_t output, const double *values,
                   std::size_t stride, std::size_t num_rows, Workspace &workspace, double *out,
                   Interrupt interrupt) {
  Contributions rows(explanation, output, workspace, interrupt);
  const std::size_t width = std::size_t{explanation.num_inputs()} + 1;
  const std::size_t most = workspace.rows_at_once();
  for (std::size_t row = 0; row < num_rows; row += most)
    rows.compute(values + row * stride, stride, std::min(most, num_rows - row), out + row * width);
}

}  // namespace pgscore::explain
