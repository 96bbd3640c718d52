// A plan at an aligned address in private memory: for tests, tools, and a server whose shared
// memory is full.
#pragma once
#include <cstddef>
#include <memory>
#include <new>

#include "base/bytes.hpp"
#include "base/in_pieces.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

class PlanMemory {
 public:
  PlanMemory() = default;
  /// Copies `bytes`, which are not verified here. Throws bad_alloc, and what the Interrupt throws.
  explicit PlanMemory(Bytes bytes, Interrupt interrupt = {})
      : size_(bytes.size()),
        data_(static_cast<std::byte *>(
            ::operator new(bytes.size(), std::align_val_t{kPlanAlignment}))) {
    copy_in_pieces(bytes, data_.get(), interrupt);
  }

  /// Give the copy, which is aligned to kPlanAlignment and belongs to this object; null and 0 when
  /// it was made without bytes. A pointer to the copy stays good when the object is moved.
  std::byte *data() { return data_.get(); }
  const std::byte *data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  Bytes bytes() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte *p) const { ::operator delete(p, std::align_val_t{kPlanAlignment}); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<std::byte, Free> data_;
};

}  // namespace pgscore::plan
