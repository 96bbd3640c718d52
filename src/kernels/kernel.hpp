// Scoring: from a plan and rows to outputs. Nothing here knows formats, the model's graph or
// PostgreSQL.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "plan/plan.hpp"

namespace pgscore::kernels {

/// What a caller wants of each row. Steps of the plan that only other outputs need do not run.
enum class Want : std::uint8_t {
  kValues,         // predict: num_values doubles
  kRaw,            // predict_raw: num_raw doubles
  kProbabilities,  // predict_proba: num_probabilities doubles
  kClass,          // predict_class: one double, any number that the row computes; plan::label_of
                   // says which class that is, or that it is none
  kLeaves,         // predict_leaf: num_trees doubles, each the library's number of the leaf
  kAll,            // values, raw, probabilities, class, in this order (predict_outputs)
};

/// Gives the number of doubles that a row gets.
std::size_t output_width(plan::Plan plan, Want want);

/// A block of rows. The value of input i in row r is values[i * stride + r * row_stride]: a number
/// as it is, NaN when it is missing, a category's code as model.hpp says (0, 1, ..., -1 for a text
/// that the model does not know). Any alignment will do, and only these values are read. There are
/// three forms:
///   one row        {values, 1}: a plain array
///   column-major   {values, stride, count}: what kernels work on, and best for many rows. The
///                  stride should be no large power of two, with which all columns would share a
///                  few sets of the cache: kBlockRows + 8 is good
///   row-major      {values, 1, count, num_inputs}: is turned into columns first, which takes about
///                  1 ns per value
struct Block {
  const double *values = nullptr;
  std::size_t stride = 1;
  std::size_t count = 1;
  std::size_t row_stride = 1;
};

/// The rows of a block that score() is best called with. score() cuts larger blocks itself. A row
/// of a smaller block costs up to three times as much; below 32 rows each is scored by itself,
/// which is slower still.
inline constexpr std::size_t kBlockRows = 512;

/// Scratch memory that belongs to one caller and one plan. It is made once per call site, and used
/// for every row.
class Scratch {
 public:
  /// `max_rows` is the number of rows of the largest block that the caller will hand over, up to
  /// kBlockRows; score() takes larger ones too, in pieces. With 1 the memory is some kB; with
  /// kBlockRows it is up to 1 MB, and the inputs of a block once more. `kernel` is "auto", or the
  /// name of a kernel that tests or a setting ask for: choose_kernel (tree_kernel.hpp) says what
  /// happens where that kernel cannot be used.
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
/// j]. Every kernel gives the bits of model::interpret. Cannot fail; allocates nothing.
void score(plan::Plan plan, const Block &block, Want want, Scratch &scratch, double *out);

}  // namespace pgscore::kernels
