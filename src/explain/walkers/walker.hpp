// The walks over the trees of an explanation: the same arithmetic for each processor, so every
// walker gives the same bits, for a row alone and for rows together.
//
// For each of Gauss's points t the walk has, at a split of feature i, the product P of the factors
// of the features above, weighted with the point's weight. Let r be the ratio of a child's cover,
// o 1 for the child that the row goes to and else 0, b the product of the ratios of i's splits
// above (1 without one), w whether the row has gone the path's way at all of them, and
//     q = w t / (b (1 - t) + t).
// Then the factor of i changes on the way to a child by r (1 - q) + q o. With S the sums over the
// leaves below the children, A the sum of r S of both, and D = S of the row's child - A,
//     A + q D                                  is the sum below the split, and
//     P D w b / (b (1 - t) + t)^2              is what i contributes by this split,
// in place of what it was counted to contribute here at its split above. Without a split of i above
// the last is P D. contributions.hpp says where the integral comes from.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/pace.hpp"
#include "explain/explanation.hpp"

namespace pgscore::explain {

/// Rows that are walked together, and how many such blocks each tree is walked with before the next
/// one, so that it is read from memory once for all of them.
inline constexpr std::size_t kWalkRows = 8, kWalkBlocks = 8;
/// The most points and splits of a tree that a row is walked alone with; with more it is walked as
/// kWalkRows rows are.
inline constexpr std::uint32_t kMaxRowPoints = 8, kMaxRowSplits = 4096;
/// Lines that a row alone needs for each split of the largest tree.
inline constexpr std::size_t kRowStepLines = 2;

/// Doubles for the registers of a walk.
struct alignas(64) Numbers {
  double values[kWalkRows];
};

/// The trees of an output, and the memory of a walk over them.
struct WalkTask {
  std::span<const TreeRecord> trees;
  const SplitRecord *splits;  // of the first of them
  const double *leaves;
  const Point *points;  // Header::points
  const double *factors;
  const SetRecord *sets;
  const std::uint32_t *words;
  const Numbers *lines;      // the values of a block's rows, kLinesOfColumn for each column
  std::size_t lines_stride;  // from one block to the next
  Numbers *path;             // walk_lines()
  std::uint32_t *open;       // 2 * max_levels
  Numbers *sums;             // of a block, one for each input: contributions are added here
  std::size_t sums_stride;
  std::size_t num_blocks;  // kWalkBlocks at most
  Pace *pace;
};

/// Gives the lines that a walk needs for its path; `max_splits`: of the largest tree.
std::size_t walk_lines(const Header &header, std::uint32_t max_splits);
/// Says whether a row may be walked alone.
bool walks_alone(const Header &header, std::uint32_t max_splits);

struct Walker {
  std::string_view kernel;  // it runs where the kernel of this name does (kernels/tree_kernel.hpp)
  /// Adds the contributions of the blocks' rows.
  void (*rows)(const WalkTask &task);
  /// Adds those of the first row; the others of the lines are not read, and not written. Only where
  /// walks_alone().
  void (*row)(const WalkTask &task);
};

/// Gives the fastest walker that this CPU runs; `kernel`: the name of the kernel that is to be the
/// fastest, or "auto".
const Walker &choose_walker(std::string_view kernel);

extern const Walker kPortableWalker;
#if defined(__x86_64__)
extern const Walker kAvx2Walker, kAvx512Walker;
#endif

}  // namespace pgscore::explain
