// The rows of a ranking metric, sorted by score: exact, in bounded memory.
//
// Rows are kept as entries until their part of the memory is full. Then they are sorted and those
// of one score and label become one entry; if that does not empty half of the memory, the entries
// go to the file as a run. Results read the runs and what is in memory together, and leave both as
// they are: more rows may follow.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <vector>

#include "base/interrupt.hpp"
#include "metrics/entry.hpp"
#include "metrics/merge.hpp"
#include "metrics/run_format.hpp"
#include "metrics/sort_memory.hpp"
#include "metrics/sum.hpp"

namespace pgscore::metrics {

/// Weights of the rows.
struct LabelTotals {
  Sum positive, negative;
};

class RankedRows {
 public:
  /// Keeps what it is given. Half of the budget of `memory` is for rows, the rest for merging.
  RankedRows(std::unique_ptr<CountedMemory> memory, std::unique_ptr<TemporaryFile> file,
             Interrupt interrupt)
      : memory_(std::move(memory)),
        file_(std::move(file)),
        interrupt_(interrupt),
        entries_(memory_.get()) {}

  /// Adds a row. `score` is not NaN, `weight` finite and not negative; a row of weight 0 is left
  /// out, as scikit-learn does. Throws what the memory and the file throw.
  void add(double score, bool positive, double weight) {
    if (weight == 0) return;
    (positive ? totals_.positive : totals_.negative).add(weight);
    add({key_of(score), positive ? weight : -weight});
  }

  /// Gives the sums of the weights, in constant time.
  const LabelTotals &totals() const { return totals_; }

  /// Starts to read the groups of equal scores. Rows may be added again when the reader is gone.
  GroupReader read() { return GroupReader(merge()); }

  /// Writes all rows as one run, and returns its bytes. Rows may be added again.
  std::uint64_t write(ByteSink &sink);

  /// Adds rows that were written as a run, with their totals. A short run is added row by row; a
  /// long one is copied to the file.
  void add_run(std::span<const std::byte> run, const LabelTotals &totals);

  /// Adds the rows of another one, which stays as it is.
  void add_rows(RankedRows &other);

  /// Makes this a view of a run, for add_rows: `run` outlives it. Nothing was added before.
  void borrow_run(std::span<const std::byte> run, const LabelTotals &totals);

 private:
  void add(const Entry &entry) {
    if (entries_.size() == entries_.capacity()) [[unlikely]]
      make_room();
    entries_.push_back(entry);
  }
  void add_totals(const LabelTotals &totals);
  Merge merge();
  void make_room();
  void sort();
  void spill();
  void merge_full_levels();
  std::size_t max_runs() const;
  Run write_to_file(Merge merge, int level);

  std::unique_ptr<CountedMemory> memory_;
  std::unique_ptr<TemporaryFile> file_;
  Interrupt interrupt_;
  std::pmr::vector<Entry> entries_;
  std::size_t num_sorted_ = 0;  // at the beginning of entries_: sorted, two at most of each key
  std::vector<Run> runs_;
  std::uint64_t file_end_ = 0;
  LabelTotals totals_;
};

}  // namespace pgscore::metrics
