// Temporary files of metrics: PostgreSQL's own, in temp_tablespaces and under temp_file_limit.
#pragma once
#include "metrics/sort_memory.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/fd.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// A file that lives as long as this object, which a memory context owns. So it is not left to the
/// resource owner, which an abort releases before or after the context. Throws PgError.
class SpillFile : public metrics::TemporaryFile {
 public:
  SpillFile() = default;
  SpillFile(const SpillFile &) = delete;
  SpillFile &operator=(const SpillFile &) = delete;
  ~SpillFile() override;
  /// As TemporaryFile has them. Throw PgError: no space, temp_file_limit.
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  void read(std::uint64_t offset, std::span<std::byte> bytes) override;

 private:
  File file_ = -1;
};

/// Memory of a context. Throws bad_alloc.
class ContextMemory : public std::pmr::memory_resource {
 public:
  /// Takes memory of `context`, which outlives it.
  explicit ContextMemory(MemoryContext context) : context_(context) {}

 private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override {
    return this == &other;
  }

  MemoryContext context_;
};

}  // namespace pgscore::pg
