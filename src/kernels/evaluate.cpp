#include "kernels/evaluate.hpp"

#include <algorithm>
#include <cmath>

#include "model/hashed_category.hpp"
#include "model/interpret.hpp"

namespace pgscore::kernels {
namespace {

using model::kMissing;
using plan::Plan;
using plan::StepRecord;

void apply(Plan plan, const StepRecord &step, const Columns &columns) {
  const auto *operands = plan.data<plan::OperandRecord>(plan.header().operands) + step.first_item;
  const double *source[3] = {};
  double args[3] = {};
  for (std::uint32_t i = 0; i < step.num_items; ++i) {
    if (operands[i].column == plan::OperandRecord::kConstant)
      args[i] = operands[i].constant;
    else
      source[i] = columns[operands[i].column];
  }
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    for (std::uint32_t i = 0; i < step.num_items; ++i)
      if (source[i] != nullptr) args[i] = source[i][row];
    out[row] = model::apply_op(static_cast<model::Op>(step.function), static_cast<model::Precision>(step.precision),
                               {args, step.num_items});
  }
}

void look_up(Plan plan, const StepRecord &step, const Columns &columns) {
  const double *numbers = plan.data<double>(plan.header().numbers) + step.first_number;
  const double unknown = numbers[0], missing = numbers[1];
  const bool by_code = step.flag != 0;
  const std::size_t count = by_code ? step.num_numbers - 2 : (step.num_numbers - 2) / 2;
  const double *keys = numbers + 2, *values = by_code ? keys : keys + count;
  const double *in = columns[step.column];
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    const double x = in[row];
    if (std::isnan(x)) {
      out[row] = missing;
    } else if (by_code) {
      out[row] = x < 0 || x >= static_cast<double>(count) ? unknown : values[static_cast<std::size_t>(x)];
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
  const double *in = columns[step.column];
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    const double x = in[row];
    if (std::isnan(x))
      out[row] = numbers[0];
    else
      out[row] =
          values[(step.flag != 0 ? std::upper_bound(cuts, cuts + count, x) : std::lower_bound(cuts, cuts + count, x)) - cuts];
  }
}

/// The sums stand in the output columns, as doubles that are exactly the Number of the sum.
template <class Number>
void linear(Plan plan, const StepRecord &step, const Columns &columns) {
  const double *numbers = plan.data<double>(plan.header().numbers);
  const double *intercept = numbers + step.first_number;
  const auto *terms = plan.data<plan::TermRecord>(plan.header().terms) + step.first_item;
  const bool intercept_first = step.flag != 0;
  bool missing[kMaxRows];
  std::fill_n(missing, columns.count, false);

  for (std::uint32_t k = 0; k < step.num_outputs; ++k)
    std::fill_n(columns.output(step.first_output + k), columns.count, intercept_first ? intercept[k] : 0.0);
  for (std::uint32_t t = 0; t < step.num_items; ++t) {
    const plan::TermRecord &term = terms[t];
    const double *coefficients = numbers + term.first_number;
    const double *in = columns[term.column];
    for (std::size_t row = 0; row < columns.count; ++row) {
      const double x = in[row];
      if (std::isnan(x) || (term.by_level != 0 && (x < 0 || x >= term.num_levels))) {
        missing[row] = true;
        continue;
      }
      const double *level = term.by_level != 0 ? coefficients + static_cast<std::size_t>(x) * step.num_outputs : coefficients;
      for (std::uint32_t k = 0; k < step.num_outputs; ++k) {
        double &out = columns.output(step.first_output + k)[row];
        const auto coefficient = static_cast<Number>(level[k]);
        const Number added = term.by_level != 0 ? coefficient : static_cast<Number>(x) * coefficient;
        out = static_cast<Number>(out) + added;
      }
    }
  }
  const bool propagate = step.on_missing == static_cast<std::uint8_t>(model::Linear::OnMissing::kPropagate);
  for (std::uint32_t k = 0; k < step.num_outputs; ++k) {
    double *out = columns.output(step.first_output + k);
    for (std::size_t row = 0; row < columns.count; ++row) {
      if (!intercept_first) out[row] = static_cast<Number>(out[row]) + static_cast<Number>(intercept[k]);
      if (propagate && missing[row]) out[row] = kMissing;
    }
  }
}

void link(Plan plan, const StepRecord &step, const Columns &columns, double *row_values) {
  const auto *inputs = plan.data<std::uint32_t>(plan.header().columns) + step.first_item;
  const auto function = static_cast<model::LinkFunction>(step.function);
  const auto precision = static_cast<model::Precision>(step.precision);
  if (function != model::LinkFunction::kSoftmax && function != model::LinkFunction::kNormalize) {  // each value by itself
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      double *out = columns.output(step.first_output + i);
      std::copy_n(columns[inputs[i]], columns.count, out);
      model::apply_link(function, precision, {out, columns.count});
    }
    return;
  }
  for (std::size_t row = 0; row < columns.count; ++row) {
    for (std::uint32_t i = 0; i < step.num_items; ++i) row_values[i] = columns[inputs[i]][row];
    model::apply_link(function, precision, {row_values, step.num_items});
    for (std::uint32_t i = 0; i < step.num_items; ++i) columns.output(step.first_output + i)[row] = row_values[i];
  }
}

void arg_max(Plan plan, const StepRecord &step, const Columns &columns) {
  const auto *inputs = plan.data<std::uint32_t>(plan.header().columns) + step.first_item;
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    std::uint32_t best = 0;
    bool missing = false;
    double greatest = columns[inputs[0]][row];
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      const double x = columns[inputs[i]][row];
      missing = missing || std::isnan(x);
      if (x > greatest) {
        greatest = x;
        best = i;
      }
    }
    out[row] = missing ? kMissing : best;
  }
}

void hash_look_up(Plan plan, const StepRecord &step, const Columns &columns) {
  const plan::Header &header = plan.header();
  const auto *inputs = plan.data<std::uint32_t>(header.columns) + step.first_item;
  const plan::HashTableRecord &table = plan.data<plan::HashTableRecord>(header.hash_tables)[step.first_number];
  const auto *keys = plan.data<std::uint64_t>(header.hash_keys) + table.first_key;
  const auto *buckets = plan.data<std::uint32_t>(header.hash_buckets) + table.first_bucket;
  const auto *values = plan.data<float>(header.hash_values) + table.first_value;
  for (std::size_t row = 0; row < columns.count; ++row) {
    std::uint64_t key = 0;
    bool known = true;
    for (std::uint32_t i = 0; i < step.num_items && known; ++i) known = model::mix_hash(key, columns[inputs[i]][row]);
    const float *found = values;
    if (known) {
      const std::uint64_t bucket = key >> (64 - table.bucket_bits);
      const std::uint64_t *end = keys + buckets[bucket + 1];
      const std::uint64_t *at = std::lower_bound(keys + buckets[bucket], end, key);
      if (at != end && *at == key) found = values + static_cast<std::size_t>(at - keys + 1) * step.num_outputs;
    }
    for (std::uint32_t k = 0; k < step.num_outputs; ++k)
      columns.output(step.first_output + k)[row] = static_cast<double>(found[k]);
  }
}

}  // namespace

void evaluate(Plan plan, const StepRecord &step, const Columns &columns, double *row_values) {
  switch (step.kind) {
    case plan::StepKind::kApply:
      return apply(plan, step, columns);
    case plan::StepKind::kLookUp:
      return look_up(plan, step, columns);
    case plan::StepKind::kDiscretize:
      return discretize(plan, step, columns);
    case plan::StepKind::kLinear:
      if (step.precision == static_cast<std::uint8_t>(model::Precision::kFloat32)) return linear<float>(plan, step, columns);
      return linear<double>(plan, step, columns);
    case plan::StepKind::kLink:
      return link(plan, step, columns, row_values);
    case plan::StepKind::kArgMax:
      return arg_max(plan, step, columns);
    case plan::StepKind::kHashLookUp:
      return hash_look_up(plan, step, columns);
    case plan::StepKind::kTrees:
      break;
  }
}

}  // namespace pgscore::kernels
