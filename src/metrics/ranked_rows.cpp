#include "metrics/ranked_rows.hpp"

#include <algorithm>
#include <utility>

namespace pgscore::metrics {
namespace {

/// What each of many groups may take, whatever the others have taken.
constexpr std::size_t kSmallest = 16 * 1024;
/// Runs of less are added row by row.
constexpr std::size_t kShortRun = 64 * 1024;

class FileSink : public ByteSink {
 public:
  FileSink(TemporaryFile &file, std::uint64_t offset) : file_(file), offset_(offset) {}
  void write(std::span<const std::byte> bytes) override {
    file_.write(offset_, bytes);
    offset_ += bytes.size();
  }

 private:
  TemporaryFile &file_;
  std::uint64_t offset_;
};

// Sorted entries: those of one key become two at most.
std::size_t join_equal_keys(std::span<Entry> entries) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries.size();) {
    const std::uint64_t key = entries[i].key;
    double positive = 0, negative = 0;
    for (; i < entries.size() && entries[i].key == key; ++i)
      (entries[i].weight > 0 ? positive : negative) += entries[i].weight;
    if (positive != 0) entries[count++] = {key, positive};
    if (negative != 0) entries[count++] = {key, negative};
  }
  return count;
}

// An object, not a function: std::sort inlines it.
constexpr auto by_key = [](const Entry &a, const Entry &b) { return a.key < b.key; };

std::uint64_t write_run(GroupReader groups, ByteSink &sink) {
  RunWriter writer(sink);
  for (ScoreGroup group; groups.next(group);) {
    if (group.positive != 0) writer.put({key_of(group.score), group.positive});
    if (group.negative != 0) writer.put({key_of(group.score), -group.negative});
  }
  return writer.finish();
}

}  // namespace

void RankedRows::add_totals(const LabelTotals &totals) {
  totals_.positive.add(totals.positive);
  totals_.negative.add(totals.negative);
}

void RankedRows::make_room() {
  const std::size_t bytes = entries_.capacity() * sizeof(Entry);
  const std::size_t more = std::max<std::size_t>(bytes, 16 * sizeof(Entry));
  const Budget &budget = memory_->budget();
  if (bytes + more <= kSmallest || budget.used + more <= budget.limit / 2) {
    entries_.reserve((bytes + more) / sizeof(Entry));
    return;
  }
  sort();
  if (entries_.size() > entries_.capacity() / 2) spill();
}

void RankedRows::sort() {
  const auto tail = entries_.begin() + static_cast<std::ptrdiff_t>(num_sorted_);
  std::sort(tail, entries_.end(), by_key);
  std::inplace_merge(entries_.begin(), tail, entries_.end(), by_key);
  entries_.resize(join_equal_keys(entries_));
  num_sorted_ = entries_.size();
  interrupt_.check();
}

Merge RankedRows::merge() {
  if (num_sorted_ < entries_.size()) sort();
  Merge all(interrupt_);
  all.add(std::span<const Entry>(entries_));
  for (const Run &run : runs_) all.add(run, file_.get());
  return all;
}

Run RankedRows::write_to_file(Merge merge, int level) {
  FileSink sink(*file_, file_end_);
  const Run run{nullptr, file_end_, write_run(GroupReader(std::move(merge)), sink), level};
  file_end_ += run.bytes;
  return run;
}

void RankedRows::spill() {
  Merge in_memory(interrupt_);
  in_memory.add(std::span<const Entry>(entries_));
  runs_.push_back(write_to_file(std::move(in_memory), 0));
  entries_.clear();
  num_sorted_ = 0;
  merge_full_levels();
}

std::size_t RankedRows::max_runs() const {
  return std::clamp<std::size_t>(memory_->budget().limit / 2 / RunReader::kMemory, 8, 256);
}

// Results read all runs at once. Runs of one level that are too many become one of the next.
void RankedRows::merge_full_levels() {
  for (int level = 0;; ++level) {
    const auto is_of_level = [level](const Run &run) { return run.level == level; };
    if (std::count_if(runs_.begin(), runs_.end(), is_of_level) <
        static_cast<std::ptrdiff_t>(max_runs()))
      return;
    Merge full(interrupt_);
    for (const Run &run : runs_)
      if (is_of_level(run)) full.add(run, file_.get());
    const Run joined = write_to_file(std::move(full), level + 1);
    std::erase_if(runs_, is_of_level);
    runs_.push_back(joined);
  }
}

std::uint64_t RankedRows::write(ByteSink &sink) { return write_run(read(), sink); }

void RankedRows::add_run(std::span<const std::byte> run, const LabelTotals &totals) {
  add_totals(totals);
  if (run.size() < kShortRun) {
    RunReader reader({run.data(), 0, run.size(), 0}, nullptr);
    for (auto batch = reader.next(); !batch.empty(); batch = reader.next())
      for (const Entry &entry : batch) add(entry);
    return;
  }
  file_->write(file_end_, run);
  runs_.push_back({nullptr, file_end_, run.size(), 0});
  file_end_ += run.size();
  merge_full_levels();
}

void RankedRows::add_rows(RankedRows &other) {
  if (other.entries_.empty() && other.runs_.size() == 1 && other.runs_[0].memory != nullptr) {
    const Run &run = other.runs_[0];
    add_run({run.memory, run.bytes}, other.totals_);
    return;
  }
  add_totals(other.totals_);
  if (other.runs_.empty()) {
    for (const Entry &entry : other.entries_) add(entry);
    return;
  }
  runs_.push_back(write_to_file(other.merge(), 0));
  merge_full_levels();
}

void RankedRows::borrow_run(std::span<const std::byte> run, const LabelTotals &totals) {
  totals_ = totals;
  runs_.push_back({run.data(), 0, run.size(), 0});
}

}  // namespace pgscore::metrics
