// Plan + rows -> outputs. Knows neither formats nor the IR's graph nor PostgreSQL.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "plan/plan.hpp"

namespace pgscore::kernels {

/// What a caller wants of each row. Steps of the plan that only other outputs need are not run.
enum class Want : std::uint8_t {
  kValues,         // predict: num_values doubles
  kRaw,            // predict_raw: num_raw doubles
  kProbabilities,  // predict_proba: num_probabilities doubles
  kClass,          // predict_class: one double, an index into the labels (NaN: no class)
  kLeaves,         // predict_leaf: num_trees doubles, each the library's number of the leaf
  kAll,            // values, raw, probabilities, class, in this order (predict_outputs)
};

/// Doubles per row that `want` gives.
std::size_t output_width(plan::Plan plan, Want want);

/// A block of rows. Value of input i in row r: values[i * stride + r]. So one row is a plain array (count = 1, stride = 1), and
/// a block is column-major. Numbers as they are, NaN for missing, category codes as model.hpp says.
struct Block {
  const double *values = nullptr;
  std::size_t stride = 1;
  std::size_t count = 1;
};

/// Rows per block that score() is best called with; larger blocks are cut by score() itself.
inline constexpr std::size_t kBlockRows = 64;

/// Scratch memory that belongs to one caller and one plan: made once per call site, reused for every row.
class Scratch {
 public:
  /// `kernel`: "auto", or the name of the kernel that tests or a setting ask for; where it cannot do it, "scalar" does.
  explicit Scratch(plan::Plan plan, std::string_view kernel = "auto");
  ~Scratch();
  Scratch(Scratch &&) noexcept;
  Scratch &operator=(Scratch &&) noexcept;
  struct Memory;
  Memory &memory() { return *memory_; }

 private:
  std::unique_ptr<Memory> memory_;
};

/// Scores the rows of `block`: output j of row r is written to out[r * output_width(plan, want) + j]. Bit-identical to
/// model::interpret for every kernel. Cannot fail; allocates nothing.
void score(plan::Plan plan, const Block &block, Want want, Scratch &scratch, double *out);

}  // namespace pgscore::kernels
