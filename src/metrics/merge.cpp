#include "metrics/merge.hpp"

#include <utility>

namespace pgscore::metrics {

void Merge::add(std::span<const Entry> entries) { add(Source{entries, nullptr}); }

void Merge::add(const Run &run, TemporaryFile *file) {
  add(Source{{}, std::make_unique<RunReader>(run, file)});
}

void Merge::add(Source source) {
  set_key(source);
  sources_.push_back(std::move(source));
}

void Merge::set_key(Source &source) {
  if (source.entries.empty() && source.reader != nullptr) {
    interrupt_.check();
    source.entries = source.reader->next();
  }
  source.key = source.entries.empty() ? kLastKey : source.entries.front().key;
}

// Plays every match, from the leaves up.
void Merge::build() {
  const std::size_t count = sources_.size();
  losers_.assign(count, 0);
  std::vector<std::uint32_t> winners(2 * count);
  for (std::size_t i = 0; i < count; ++i) winners[count + i] = static_cast<std::uint32_t>(i);
  for (std::size_t node = count - 1; node > 0; --node) {
    const std::uint32_t left = winners[2 * node], right = winners[2 * node + 1];
    const bool left_wins = sources_[left].key <= sources_[right].key;
    winners[node] = left_wins ? left : right;
    losers_[node] = left_wins ? right : left;
  }
  losers_[0] = count > 1 ? winners[1] : 0;
}

// `source`, the winner, has another key: plays its matches again, up to the root.
void Merge::replay(std::size_t source) {
  auto winner = static_cast<std::uint32_t>(source);
  std::uint64_t key = sources_[winner].key;
  for (std::size_t node = (sources_.size() + source) / 2; node > 0; node /= 2) {
    const std::uint64_t other = sources_[losers_[node]].key;
    if (other < key) {
      std::swap(winner, losers_[node]);
      key = other;
    }
  }
  losers_[0] = winner;
}

std::uint64_t Merge::key() {
  if (sources_.empty()) return kLastKey;
  if (losers_.empty()) build();
  return sources_[losers_[0]].key;
}

Entry Merge::take() {
  const std::uint32_t winner = losers_[0];
  Source &source = sources_[winner];
  const Entry entry = source.entries.front();
  source.entries = source.entries.subspan(1);
  set_key(source);
  replay(winner);
  return entry;
}

bool GroupReader::next(ScoreGroup &group) {
  const std::uint64_t key = merge_.key();
  if (key == kLastKey) return false;
  group = {score_of(key), 0, 0};
  do {
    const Entry entry = merge_.take();
    (entry.weight > 0 ? group.positive : group.negative) += entry.weight;
  } while (merge_.key() == key);
  group.negative = -group.negative;
  return true;
}

}  // namespace pgscore::metrics
