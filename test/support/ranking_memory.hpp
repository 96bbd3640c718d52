// Memory and files of ranking metrics, for tests: both are counted.
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <vector>

#include "metrics/ranked_rows.hpp"

namespace pgscore::metrics::test {

/// Memory that says how much of it is in use.
class MemoryUse : public std::pmr::memory_resource {
 public:
  std::size_t now = 0, most = 0;
  std::size_t file_bytes = 0;

 private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override {
    now += bytes;
    most = std::max(most, now);
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override {
    now -= bytes;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override {
    return this == &other;
  }
};

class FileInMemory : public TemporaryFile {
 public:
  explicit FileInMemory(MemoryUse *use) : use_(use) {}
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    bytes_.resize(std::max<std::size_t>(bytes_.size(), offset + bytes.size()));
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    if (use_ != nullptr) use_->file_bytes = bytes_.size();
  }
  void read(std::uint64_t offset, std::span<std::byte> bytes) override {
    if (offset + bytes.size() > bytes_.size()) throw std::out_of_range("read behind the end");
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), bytes.begin());
  }

 private:
  MemoryUse *use_;
  std::vector<std::byte> bytes_;
};

struct Bytes : ByteSink {
  std::vector<std::byte> bytes;
  void write(std::span<const std::byte> more) override {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
};

/// Rows with a budget of their own. `use` outlives them.
inline std::unique_ptr<RankedRows> ranked_rows(std::size_t budget_bytes, MemoryUse *use = nullptr) {
  auto budget = std::make_shared<Budget>();
  budget->limit = budget_bytes;
  std::pmr::memory_resource *upstream = std::pmr::new_delete_resource();
  if (use != nullptr) upstream = use;
  return std::make_unique<RankedRows>(std::make_unique<CountedMemory>(upstream, budget),
                                      std::make_unique<FileInMemory>(use), Interrupt());
}

}  // namespace pgscore::metrics::test
