// Sorted runs as one: a tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1), in which
// the next entry takes one comparison per level.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/interrupt.hpp"
#include "metrics/entry.hpp"
#include "metrics/run_format.hpp"

namespace pgscore::metrics {

/// Reads sorted entries of several sources in the order of their keys.
class Merge {
 public:
  /// Starts without sources. `interrupt` is asked once for each batch of a run.
  explicit Merge(Interrupt interrupt) : interrupt_(interrupt) {}
  /// Add a source before the first call of next(). The entries and what the run lies in outlive the
  /// merge.
  void add(std::span<const Entry> entries);
  void add(const Run &run, TemporaryFile *file);
  /// Gives the key that comes next, kLastKey at the end. Call it before take().
  std::uint64_t key();
  /// Takes the entry that key() has announced.
  Entry take();

 private:
  struct Source {
    std::span<const Entry> entries;  // what is left of the present batch
    std::unique_ptr<RunReader> reader;
    std::uint64_t key = kLastKey;
  };
  void add(Source source);
  void set_key(Source &source);
  void build();
  void replay(std::size_t source);

  Interrupt interrupt_;
  std::vector<Source> sources_;
  // losers_[node] lost the match at the node; losers_[0] is the winner of all. Node i has the
  // children 2i and 2i+1, the leaves are the sources.
  std::vector<std::uint32_t> losers_;
};

/// Reads entries as groups of equal scores, the highest first.
class GroupReader {
 public:
  /// Reads what `merge` has left.
  explicit GroupReader(Merge merge) : merge_(std::move(merge)) {}
  /// Sets `group` to the next one. Returns false at the end. Throws what reading a run throws.
  bool next(ScoreGroup &group);

 private:
  Merge merge_;
};

}  // namespace pgscore::metrics
