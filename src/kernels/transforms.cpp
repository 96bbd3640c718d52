// Steps that make a column of one or a few, value by value: operations, tables, bins.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/enumerators.hpp"
#include "base/index.hpp"
#include "kernels/steps.hpp"
#include "model/hashed_category.hpp"
#include "model/scalar_operation.hpp"

namespace pgscore::kernels {
namespace {

using ApplyColumns = void (*)(const double *x, const double *y, const double *z, std::size_t count,
                              double *out);

template <model::Op op, class Number>
void apply_columns(const double *x, const double *y, const double *z, std::size_t count,
                   double *out) {
  for (std::size_t row = 0; row < count; ++row)
    out[row] = model::apply_scalar<op, Number>(x[row], y[row], z[row]);
}

template <class Number, std::size_t... I>
constexpr std::array<ApplyColumns, kNumEnumerators<model::Op>> all_operations(
    std::index_sequence<I...>) {
  return {apply_columns<static_cast<model::Op>(I), Number>...};
}
constexpr auto kOperations32 =
    all_operations<float>(std::make_index_sequence<kNumEnumerators<model::Op>>());
constexpr auto kOperations64 =
    all_operations<double>(std::make_index_sequence<kNumEnumerators<model::Op>>());

}  // namespace

void apply(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const auto *operands = plan.data<plan::OperandRecord>(plan.header().operands) + step.first_item;
  const double *args[3] = {};
  for (std::uint32_t i = 0; i < step.num_items; ++i) {
    if (operands[i].column == plan::OperandRecord::kConstant) {
      std::fill_n(work, columns.count, operands[i].constant);
      args[i] = work;
      work += columns.count;
    } else {
      args[i] = columns[operands[i].column];
    }
  }
  for (std::uint32_t i = step.num_items; i < 3; ++i) args[i] = args[0];  // is not read
  columns.pace->spend(8 * columns.count);
  const auto &operations = in_float32(step) ? kOperations32 : kOperations64;
  operations[step.function](args[0], args[1], args[2], columns.count,
                            columns.output(step.first_output));
}

void look_up(Plan plan, const StepRecord &step, const Columns &columns) {
  const double *numbers = plan.data<double>(plan.header().numbers) + step.first_number;
  const double unknown = numbers[0], missing = numbers[1];
  const bool by_code = step.flag != 0;
  const std::size_t count = by_code ? step.num_numbers - 2 : (step.num_numbers - 2) / 2;
  const double *keys = numbers + 2, *values = by_code ? keys : keys + count;
  columns.pace->spend(16 * columns.count);
  const double *in = columns[step.column];
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    const double x = in[row];
    if (std::isnan(x)) {
      out[row] = missing;
    } else if (by_code) {
      out[row] = is_index(x, count) ? values[static_cast<std::size_t>(x)] : unknown;
    } else {
      const double *key = std::lower_bound(keys, keys + count, x);
      out[row] = key != keys + count && *key == x ? values[key - keys] : unknown;
    }
  }
}

void discretize(Plan plan, const StepRecord &step, const Columns &columns) {
  const double *numbers = plan.data<double>(plan.header().numbers) + step.first_number;
  const std::size_t count = step.num_numbers / 2 - 1;
  const double *cuts = numbers + 1, *values = cuts + count;
  columns.pace->spend(16 * columns.count);
  const double *in = columns[step.column];
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    const double x = in[row];
    if (std::isnan(x))
      out[row] = numbers[0];
    else
      out[row] = values[(step.flag != 0 ? std::upper_bound(cuts, cuts + count, x)
                                        : std::lower_bound(cuts, cuts + count, x)) -
                        cuts];
  }
}

void hash_look_up(Plan plan, const StepRecord &step, const Columns &columns) {
  const plan::Header &header = plan.header();
  const std::uint32_t *inputs = column_list(plan, step);
  const plan::HashTableRecord &table =
      plan.data<plan::HashTableRecord>(header.hash_tables)[step.first_number];
  const auto *keys = plan.data<std::uint64_t>(header.hash_keys) + table.first_key;
  const auto *buckets = plan.data<std::uint32_t>(header.hash_buckets) + table.first_bucket;
  const auto *values = plan.data<float>(header.hash_values) + table.first_value;
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(32 + step.num_items + step.num_outputs);
    std::uint64_t key = 0;
    bool known = true;
    for (std::uint32_t i = 0; i < step.num_items && known; ++i)
      known = model::mix_hash(key, columns[inputs[i]][row]);
    const float *found = values;
    if (known) {
      const std::uint64_t bucket = key >> (64 - table.bucket_bits);
      const std::uint64_t *end = keys + buckets[bucket + 1];
      const std::uint64_t *at = std::lower_bound(keys + buckets[bucket], end, key);
      if (at != end && *at == key)
        found = values + static_cast<std::size_t>(at - keys + 1) * step.num_outputs;
    }
    for (std::uint32_t k = 0; k < step.num_outputs; ++k)
      columns.output(step.first_output + k)[row] = static_cast<double>(found[k]);
  }
}

}  // namespace pgscore::kernels
