// Writes the leaves that rows reach (predict_leaf). There is one way for all CPUs, since it is not
// on the path of a score.
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "kernels/codes_trees.hpp"
#include "kernels/count_cuts.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET
#define PGSCORE_COUNT_CUTS count_cuts

namespace pgscore::kernels {
namespace {

#include "kernels/encode_codes.inc"
#include "kernels/walkers.inc"

/// The section `leaf_ids`, whose elements have 1, 2 or 4 bytes.
class LeafIds {
 public:
  explicit LeafIds(const TreeTask &task)
      : bytes_(task.plan.data<std::byte>(task.ensemble.leaf_ids)),
        size_(task.ensemble.leaf_id_size) {}

  std::uint32_t operator[](std::uint32_t exit) const {
    switch (size_) {
      case 1:
        return at<std::uint8_t>(exit);
      case 2:
        return at<std::uint16_t>(exit);
      default:
        return at<std::uint32_t>(exit);
    }
  }

 private:
  template <class Id>
  Id at(std::uint32_t exit) const {
    return reinterpret_cast<const Id *>(bytes_)[exit];
  }
  const std::byte *bytes_;
  std::uint8_t size_;
};

}  // namespace

std::size_t leaves_memory(const EnsembleRecord &ensemble, std::size_t rows) {
  return walk_memory(ensemble, rows);
}

void write_leaves(const TreeTask &task, double *out, std::size_t stride) {
  const LeafIds ids(task);
  const auto *order = task.plan.data<std::uint32_t>(task.ensemble.tree_order);
  with_walker(task.ensemble, [&]<class Walker>(std::type_identity<Walker>) {
    for_each_exit<Walker>(task, [&](std::size_t, std::size_t row, std::uint32_t position,
                                    std::uint32_t count, const Exits &exits) {
      for (std::uint32_t k = 0; k < count; ++k)
        out[row * stride + order[position + k]] = ids[exits[k]];
    });
  });
}

}  // namespace pgscore::kernels
