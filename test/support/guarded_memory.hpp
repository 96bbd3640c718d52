// Memory between two pages that may not be touched: a read or write beyond its ends is a fault at
// once, also in vector instructions, whatever lies there in other builds.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <span>

namespace pgscore::test {

/// Which end of the memory a page that is forbidden touches.
enum class Guarded { kEnd, kStart };

class GuardedMemory {
 public:
  /// `size` bytes of zeros. With kEnd their end is the end of a page, with kStart their start is
  /// the start of one; so their alignment is that of their size, or of pages.
  GuardedMemory(std::size_t size, Guarded guarded) : size_(size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    inner_ = (size + page - 1) / page * page;
    mapped_ = inner_ + 2 * page;
    void *all = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte *>(all);
    if (inner_ > 0 && mprotect(base_ + page, inner_, PROT_READ | PROT_WRITE) != 0)
      throw std::bad_alloc();
    data_ = base_ + page + (guarded == Guarded::kEnd ? inner_ - size : 0);
    page_ = page;
  }
  template <class T>
  GuardedMemory(std::span<const T> elements, Guarded guarded)
      : GuardedMemory(elements.size_bytes(), guarded) {
    if (!elements.empty()) std::memcpy(data_, elements.data(), elements.size_bytes());
  }
  ~GuardedMemory() { munmap(base_, mapped_); }
  GuardedMemory(const GuardedMemory &) = delete;
  GuardedMemory &operator=(const GuardedMemory &) = delete;

  /// From here on a write is a fault, too.
  void protect() {
    if (inner_ > 0) mprotect(base_ + page_, inner_, PROT_READ);
  }
  std::byte *data() { return data_; }
  std::span<const std::byte> bytes() const { return {data_, size_}; }
  template <class T>
  T *as() {
    return reinterpret_cast<T *>(data_);
  }

 private:
  std::size_t size_, inner_ = 0, mapped_ = 0, page_ = 0;
  std::byte *base_ = nullptr, *data_ = nullptr;
};

}  // namespace pgscore::test
