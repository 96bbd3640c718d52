#include "metrics/run_format.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.hpp"

static_assert(std::endian::native == std::endian::little, "runs are written as they lie in memory");

namespace pgscore::metrics {
namespace {

enum Kind : unsigned { kOne = 0, kMinusOne = 1, kInteger = 2, kDouble = 3 };

constexpr std::size_t kLongestEntry = 1 + 8 + 10;
constexpr double kLargestInteger = 9007199254740992;  // 2^53

Kind kind_of(double weight) {
  if (weight == 1) return kOne;
  if (weight == -1) return kMinusOne;
  const double size = std::fabs(weight);
  return size < kLargestInteger && size == std::floor(size) ? kInteger : kDouble;
}

}  // namespace

void RunWriter::put(const Entry &entry) {
  if (buffer_.size() - used_ < kLongestEntry) flush();
  std::byte *out = buffer_.data() + used_;
  std::uint64_t distance = entry.key - last_key_;
  last_key_ = entry.key;
  const unsigned dropped = distance == 0 ? 0 : std::min(std::countr_zero(distance) / 8, 3);
  distance >>= 8 * dropped;
  const unsigned length = (std::bit_width(distance) + 7) / 8;
  const Kind kind = kind_of(entry.weight);
  *out++ = static_cast<std::byte>(kind | length << 2 | dropped << 6);
  std::memcpy(out, &distance, 8);
  out += length;
  if (kind == kDouble) {
    std::memcpy(out, &entry.weight, 8);
    out += 8;
  } else if (kind == kInteger) {
    auto rest = static_cast<std::uint64_t>(std::fabs(entry.weight)) << 1 | (entry.weight < 0);
    for (; rest >= 0x80; rest >>= 7) *out++ = static_cast<std::byte>(rest | 0x80);
    *out++ = static_cast<std::byte>(rest);
  }
  used_ = out - buffer_.data();
}

void RunWriter::flush() {
  sink_.write({buffer_.data(), used_});
  written_ += used_;
  used_ = 0;
}

std::uint64_t RunWriter::finish() {
  flush();
  return written_;
}

namespace {
constexpr std::size_t kBlock = 8192;
constexpr std::size_t kBatch = 256;
}  // namespace

RunReader::RunReader(const Run &run, TemporaryFile *file)
    // An entry that is cut off is read in full before that is noticed.
    : run_(run), file_(file), bytes_(kBlock + kLongestEntry), entries_(kBatch) {}

void RunReader::refill() {
  std::memmove(bytes_.data(), bytes_.data() + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  const std::size_t count = std::min<std::uint64_t>(kBlock - end_, run_.bytes - num_read_);
  if (run_.memory != nullptr)
    std::memcpy(bytes_.data() + end_, run_.memory + num_read_, count);
  else
    file_->read(run_.offset + num_read_, {bytes_.data() + end_, count});
  end_ += count;
  num_read_ += count;
}

void RunReader::read_entry(Entry &entry) {
  const std::byte *in = bytes_.data() + at_;
  const auto head = static_cast<unsigned>(*in++);
  const unsigned length = head >> 2 & 15, dropped = head >> 6;
  if (length + dropped > 8) throw Error(ErrorCode::kInternal, "run of sorted scores is damaged");
  std::uint64_t distance = 0;
  std::memcpy(&distance, in, 8);
  if (length < 8) distance &= (std::uint64_t{1} << 8 * length) - 1;
  in += length;
  entry.key = last_key_ += distance << 8 * dropped;
  switch (head & 3) {
    case kOne:
      entry.weight = 1;
      break;
    case kMinusOne:
      entry.weight = -1;
      break;
    case kInteger: {
      std::uint64_t value = 0;
      unsigned shift = 0;
      for (; shift < 63 && (*in & std::byte{0x80}) != std::byte{0}; shift += 7)
        value |= static_cast<std::uint64_t>(*in++ & std::byte{0x7f}) << shift;
      value |= static_cast<std::uint64_t>(*in++ & std::byte{0x7f}) << shift;
      entry.weight = static_cast<double>(value >> 1) * (value & 1 ? -1 : 1);
      break;
    }
    default:
      std::memcpy(&entry.weight, in, 8);
      in += 8;
  }
  at_ = in - bytes_.data();
  if (at_ > end_) throw Error(ErrorCode::kInternal, "run of sorted scores is cut off");
}

std::span<const Entry> RunReader::next() {
  std::size_t count = 0;
  for (; count < kBatch; ++count) {
    if (end_ - at_ < kLongestEntry && num_read_ < run_.bytes) refill();
    if (at_ == end_) break;
    read_entry(entries_[count]);
  }
  return {entries_.data(), count};
}

}  // namespace pgscore::metrics
