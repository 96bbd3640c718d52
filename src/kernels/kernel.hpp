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
  kClass,          // predict_class: one double, whatever the row makes of it: plan::label_of says
                   // which class that is, or none
  kLeaves,         // predict_leaf: num_trees doubles, each the library's number of the leaf
  kAll,            // values, raw, probabilities, class, in this order (predict_outputs)
};

/// Doubles per row that `want` gives.
std::size_t output_width(plan::Plan plan, Want want);

/// A block of rows. Value of input i in row r: values[i * stride + r * row_stride]. Numbers as they
/// are, NaN for missing, category codes as model.hpp says (0, 1, ..., -1 for a text that the model
/// does not know). Any alignment will do, nothing is read but the values named. Three forms:
///   one row        {values, 1}: a plain array
///   column-major   {values, stride, count}: what kernels work on; best for many rows. The distance
///                  between columns is best no large power of two (all columns would share a few
///                  cache sets): kBlockRows + 8 is good
///   row-major      {values, 1, count, num_inputs}: turned into columns first, at about 1 ns per
///                  value
struct Block {
  const double *values = nullptr;
  std::size_t stride = 1;
  std::size_t count = 1;
  std::size_t row_stride = 1;
};

/// Rows per block that score() is best called with. Larger blocks are cut by score() itself;
/// smaller ones cost more per row, down to a third of it, and below 32 rows each is scored by
/// itself, which is slower still.
inline constexpr std::size_t kBlockRows = 512;

/// Scratch memory that belongs to one caller and one plan: made once per call site, reused for
/// every row.
class Scratch {
 public:
  /// `max_rows`: rows of the largest block that the caller will hand over, up to kBlockRows;
  /// score() takes larger ones too, in pieces. With 1, some kB; with kBlockRows, up to 1 MB and the
  /// inputs of a block once more. `kernel`: "auto", or the name of the kernel that tests or a
  /// setting ask for (kernel_names); a slower one serves what it cannot do, and "auto" a CPU that
  /// does not run it.
  explicit Scratch(plan::Plan plan, std::size_t max_rows = 1, std::string_view kernel = "auto");
  ~Scratch();
  Scratch(Scratch &&) noexcept;
  Scratch &operator=(Scratch &&) noexcept;
  struct Memory;
  Memory &memory() { return *memory_; }

 private:
  std::unique_ptr<Memory> memory_;
};

/// Scores the rows of `block`: output j of row r is written to out[r * output_width(plan, want) +
/// j]. Bit-identical to model::interpret for every kernel. Cannot fail; allocates nothing.
void score(plan::Plan plan, const Block &block, Want want, Scratch &scratch, double *out);

}  // namespace pgscore::kernels
