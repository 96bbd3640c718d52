// The memory that ranking metrics sort in, and the files that take what does not fit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>

namespace pgscore::metrics {

/// Bytes that all groups of one call share, and how many of them are in use.
struct Budget {
  std::size_t limit = 0;
  std::size_t used = 0;
  /// Says whether `more` bytes may be taken. It is advice: memory that is needed is taken.
  bool allows(std::size_t more) const { return used + more <= limit; }
};

/// Hands requests on to `upstream` and counts them in a budget.
class CountedMemory : public std::pmr::memory_resource {
 public:
  /// `upstream` outlives this.
  CountedMemory(std::pmr::memory_resource *upstream, std::shared_ptr<Budget> budget)
      : upstream_(upstream), budget_(std::move(budget)) {}
  /// Gives the budget that is counted in.
  const Budget &budget() const { return *budget_; }

 private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override {
    void *memory = upstream_->allocate(bytes, alignment);
    budget_->used += bytes;
    return memory;
  }
  void do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override {
    budget_->used -= bytes;
    upstream_->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource *upstream_;
  std::shared_ptr<Budget> budget_;
};

/// A file for runs, made when it is first written to. Errors are exceptions.
class TemporaryFile {
 public:
  virtual ~TemporaryFile() = default;
  /// Write and read bytes at an offset; only what was written is read.
  virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  virtual void read(std::uint64_t offset, std::span<std::byte> bytes) = 0;
};

}  // namespace pgscore::metrics
