// Runs: entries in the order of their keys, as bytes. So they are spilled to files, and so they go
// from a parallel worker to its leader.
//
// An entry is a byte that says what follows, the distance to the key before it, and the weight
// where it is not 1:
//   bits 0-1  weight: 0: 1; 1: -1; 2: an integer follows; 3: a double follows
//   bits 2-5  bytes of the distance that follow, 0 to 8
//   bits 6-7  zero bytes that were left out at the low end of the distance: scores that were
//             float32 have three
// The integer is (|weight| << 1 | is negative) in groups of 7 bits, lowest first; bit 7 says that
// more follow. 10,000,000 different random scores take 7 bytes each, 4 where they were float32.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/entry.hpp"
#include "metrics/sort_memory.hpp"

namespace pgscore::metrics {

/// Takes bytes one block after the other.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes the next bytes, in whole. Errors are exceptions.
  virtual void write(std::span<const std::byte> bytes) = 0;
};

/// Writes entries, whose keys do not go down, as a run.
class RunWriter {
 public:
  /// Keeps a reference to `sink`.
  explicit RunWriter(ByteSink &sink) : sink_(sink) {}
  /// Adds an entry to the run. Throws what the sink throws, when the buffer is full.
  void put(const Entry &entry);
  /// Writes what is left in the buffer. Returns the bytes of the run.
  std::uint64_t finish();

 private:
  void flush();

  ByteSink &sink_;
  std::array<std::byte, 8192> buffer_;
  std::size_t used_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t last_key_ = 0;
};

/// Where the bytes of a run lie.
struct Run {
  const std::byte *memory = nullptr;  // null: in the file
  std::uint64_t offset = 0;           // in the file
  std::uint64_t bytes = 0;
  int level = 0;  // how many times its entries were merged
};

/// Reads the entries of a run in batches.
class RunReader {
 public:
  /// What a reader takes, about: for budgets.
  static constexpr std::size_t kMemory = 12 * 1024;
  /// `file` is for runs that do not lie in memory; it and the memory outlive the reader.
  RunReader(const Run &run, TemporaryFile *file);
  /// Gives the next entries, which are there until the next call; empty at the end. Throws
  /// kInternal for bytes that are no run.
  std::span<const Entry> next();

 private:
  void refill();
  void read_entry(Entry &entry);

  Run run_;
  TemporaryFile *file_;
  std::uint64_t num_read_ = 0;
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0, end_ = 0;
  std::vector<Entry> entries_;
  std::uint64_t last_key_ = 0;
};

}  // namespace pgscore::metrics
