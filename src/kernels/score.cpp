// From a block of rows to outputs: runs the steps that the wanted output needs, then picks its
// columns.
#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/codes_trees.hpp"
#include "kernels/evaluate.hpp"
#include "kernels/interruptible.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {
namespace {

using plan::Plan;
using plan::StepKind;
using plan::StepRecord;

static_assert(kBlockRows <= kMaxRows);

/// Scratch memory below this stays in the second-level cache of common CPUs, together with the
/// block's part of the model.
constexpr std::size_t kScratchBytes = std::size_t{256} << 10;
/// The most memory for the columns of a row-major block: wide rows are taken in shorter blocks.
constexpr std::size_t kInputBytes = std::size_t{8} << 20;

std::uint8_t wants_mask(Want want) {
  switch (want) {
    case Want::kValues:
      return plan::kWantValues;
    case Want::kRaw:
      return plan::kWantRaw;
    case Want::kProbabilities:
      return plan::kWantProbabilities;
    case Want::kClass:
      return plan::kWantClass;
    case Want::kLeaves:
      return plan::kWantLeaves;
    case Want::kAll:
      break;
  }
  return plan::kWantValues | plan::kWantRaw | plan::kWantProbabilities | plan::kWantClass |
         plan::kWantMore;
}

/// Gives the bytes that a row takes as columns of inputs, or that a layer takes of it, if more.
std::size_t widest_step(Plan plan) {
  std::size_t values = plan.header().inputs.count;
  for (const StepRecord &step : plan.elements<StepRecord>(plan.header().steps))
    if (step.kind == StepKind::kDense) values = std::max<std::size_t>(values, step.num_items);
  return std::max<std::size_t>(values, 1) * sizeof(double);
}

/// The part of the section `outputs` that belongs to `want`.
struct OutputRange {
  std::uint32_t first, count;
};
OutputRange output_range(const plan::Header &header, Want want) {
  const std::uint32_t raw = header.num_values, probabilities = raw + header.num_raw,
                      classes = probabilities + header.num_probabilities;
  switch (want) {
    case Want::kValues:
      return {0, header.num_values};
    case Want::kRaw:
      return {raw, header.num_raw};
    case Want::kProbabilities:
      return {probabilities, header.num_probabilities};
    case Want::kClass:
      return {classes, header.num_classes};
    case Want::kLeaves:
      return {0, 0};
    case Want::kAll:
      break;
  }
  return {0, classes + header.num_classes + header.num_more};
}

}  // namespace

/// One allocation holds the derived columns of a block, work space for one step, memory of the tree
/// kernels, and columns for the inputs of blocks that are row-major.
struct Scratch::Memory {
  Memory(Plan plan, std::size_t max_rows, std::string_view kernel) {
    const plan::Header &header = plan.header();
    const std::size_t num_derived = header.num_columns - header.inputs.count;
    const auto ensembles = plan.elements<plan::EnsembleRecord>(header.ensembles);
    // A wide plan gets shorter blocks, which are whole cache lines of rows.
    std::size_t row_bytes = num_derived * sizeof(double);
    for (const plan::EnsembleRecord &ensemble : ensembles)
      row_bytes = std::max(
          row_bytes, leaves_memory(ensemble, kMaxRows) / kMaxRows + num_derived * sizeof(double));
    rows = std::clamp<std::size_t>(max_rows, 1, kMaxRows);
    if (rows * row_bytes > kScratchBytes)
      rows = std::max<std::size_t>(kScratchBytes / row_bytes / 8 * 8, 1);
    const std::size_t widest = widest_step(plan);
    if (rows * widest > kInputBytes) rows = std::max<std::size_t>(kInputBytes / widest / 8 * 8, 1);

    std::size_t tree_bytes = 0;
    for (const plan::EnsembleRecord &ensemble : ensembles) {
      kernels.push_back(choose_kernel(ensemble, kernel, rows));
      tree_bytes = std::max({tree_bytes, kernels.back().memory, leaves_memory(ensemble, rows)});
    }
    dense = &choose_dense_kernel(kernel);
    std::size_t step_bytes = 0;
    for (const StepRecord &step : plan.elements<StepRecord>(header.steps))
      step_bytes = std::max(step_bytes, evaluate_memory(plan, step, rows));
    const std::size_t derived_bytes = round_up_64(num_derived * rows * sizeof(double));
    const std::size_t input_bytes =
        rows == 1 ? 0 : round_up_64(header.inputs.count * rows * sizeof(double));
    const std::size_t used = derived_bytes + round_up_64(step_bytes) + round_up_64(tree_bytes) + 64;
    bytes = static_cast<std::byte *>(::operator new(used + input_bytes, std::align_val_t{64}));
    std::memset(bytes, 0, used);
    derived = reinterpret_cast<double *>(bytes);
    steps = bytes + derived_bytes;
    trees = steps + round_up_64(step_bytes);
    inputs = reinterpret_cast<double *>(bytes + used);
  }
  ~Memory() { ::operator delete(bytes, std::align_val_t{64}); }
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;

  std::vector<ChosenKernel> kernels;  // for each ensemble
  const DenseKernel *dense = nullptr;
  std::size_t rows = 1;  // per block
  std::byte *bytes = nullptr;
  double *derived = nullptr;  // column c at (c - num_inputs) * rows
  std::byte *steps = nullptr;
  std::byte *trees = nullptr;
  double *inputs = nullptr;  // column c at c * rows; not there when rows is 1
};

Scratch::Scratch(Plan plan, std::size_t max_rows, std::string_view kernel)
    : memory_(std::make_unique<Memory>(plan, max_rows, kernel)) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch &&) noexcept = default;
Scratch &Scratch::operator=(Scratch &&) noexcept = default;

namespace {

/// Turns the rows of a row-major block into columns of Scratch, a few rows at a time so that both
/// sides stay in the cache.
void take_columns(Columns &columns, std::size_t row_stride, Scratch::Memory &memory) {
  constexpr std::size_t kTile = 16;
  for (std::size_t row = 0; row < columns.count; row += kTile) {
    const std::size_t end = std::min(row + kTile, columns.count);
    for (std::size_t column = 0; column < columns.num_inputs; ++column) {
      const double *from = columns.inputs + column * columns.input_stride;
      for (std::size_t r = row; r < end; ++r)
        memory.inputs[column * memory.rows + r] = from[r * row_stride];
    }
  }
  columns.inputs = memory.inputs;
  columns.input_stride = memory.rows;
}

}  // namespace

std::size_t output_width(Plan plan, Want want) {
  return want == Want::kLeaves ? static_cast<std::size_t>(plan.num_trees())
                               : output_range(plan.header(), want).count;
}

std::size_t block_row_bytes(Plan plan) {
  const plan::Header &header = plan.header();
  return sizeof(double) * header.num_columns + sizeof(double) * header.inputs.count;
}

void score(Plan plan, const Block &block, Want want, Scratch &scratch, double *out,
           Interrupt interrupt) {
  const plan::Header &header = plan.header();
  const std::uint8_t mask = wants_mask(want);
  const OutputRange range = output_range(header, want);
  const std::size_t width = output_width(plan, want);
  const auto *outputs = plan.data<std::uint32_t>(header.outputs) + range.first;
  const auto *ensembles = plan.data<plan::EnsembleRecord>(header.ensembles);
  Scratch::Memory &memory = scratch.memory();
  Pace pace(interrupt);

  for (std::size_t first = 0; first < block.count;
       first += memory.rows, out += memory.rows * width) {
    Columns columns{block.values + first * block.row_stride,
                    block.stride,
                    memory.derived,
                    memory.rows,
                    static_cast<std::uint32_t>(header.inputs.count),
                    std::min(memory.rows, block.count - first),
                    &pace};
    if (block.row_stride != 1 && columns.count > 1) take_columns(columns, block.row_stride, memory);
    for (const StepRecord &step : plan.elements<StepRecord>(header.steps)) {
      const bool runs = (step.wants & mask) != 0;
      if (step.kind != StepKind::kTrees) {
        if (runs) evaluate(plan, step, columns, *memory.dense, memory.steps);
        continue;
      }
      const plan::EnsembleRecord &ensemble = ensembles[step.first_item];
      const TreeTask task{plan, ensemble, columns, memory.trees};
      if (runs) {
        const ChosenKernel &kernel = memory.kernels[step.first_item];
        const bool as_block = columns.count >= kMinBlockRows && kernel.block != nullptr;
        (as_block ? kernel.block : kernel.rows)(task, columns.output(step.first_output),
                                                memory.rows);
      }
      if (want == Want::kLeaves) write_leaves(task, out + ensemble.first_leaf, width);
    }
    pace.spend(columns.count * range.count);
    for (std::uint32_t j = 0; j < range.count; ++j) {
      const double *column = columns[outputs[j]];
      for (std::size_t row = 0; row < columns.count; ++row) out[row * width + j] = column[row];
    }
  }
}

void score(Plan plan, const Block &block, Want want, Scratch &scratch, double *out) {
  score(plan, block, want, scratch, out, {});
}

}  // namespace pgscore::kernels
