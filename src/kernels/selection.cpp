// Steps that make columns of many columns of the same row: links, the greatest, sums and orders,
// trees of predicates.
#include <algorithm>
#include <cmath>

#include "kernels/steps.hpp"
#include "model/interpret.hpp"

namespace pgscore::kernels {

using model::kMissing;

namespace {

template <class Number>
void rectify(const double *in, std::size_t count, double *out) {
  for (std::size_t row = 0; row < count; ++row) {
    const auto x = static_cast<Number>(in[row]);
    out[row] = x < 0 ? Number{0} : x;
  }
}

}  // namespace

void link(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const std::uint32_t *inputs = column_list(plan, step);
  const auto function = static_cast<model::LinkFunction>(step.function);
  const auto precision = static_cast<model::Precision>(step.precision);
  // Whole layers end with it, so it is worth a loop that becomes vectors.
  if (function == model::LinkFunction::kRectify) {
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      columns.pace->spend(columns.count);
      const double *in = columns[inputs[i]];
      double *out = columns.output(step.first_output + i);
      if (in_float32(step))
        rectify<float>(in, columns.count, out);
      else
        rectify<double>(in, columns.count, out);
    }
    return;
  }
  // The others but two work on each value by itself.
  if (function != model::LinkFunction::kSoftmax && function != model::LinkFunction::kNormalize) {
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      columns.pace->spend(16 * columns.count);
      double *out = columns.output(step.first_output + i);
      std::copy_n(columns[inputs[i]], columns.count, out);
      model::apply_link(function, precision, {out, columns.count});
    }
    return;
  }
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(std::size_t{16} * step.num_items);
    for (std::uint32_t i = 0; i < step.num_items; ++i) work[i] = columns[inputs[i]][row];
    model::apply_link(function, precision, {work, step.num_items});
    for (std::uint32_t i = 0; i < step.num_items; ++i)
      columns.output(step.first_output + i)[row] = work[i];
  }
}

void arg_max(Plan plan, const StepRecord &step, const Columns &columns) {
  const std::uint32_t *inputs = column_list(plan, step);
  double *out = columns.output(step.first_output);
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(step.num_items);
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

namespace {

template <class Number>
Number reduce_present(model::Reduction function, double *values, std::size_t count) {
  auto fold = [&](Number start, auto step) {
    for (std::size_t i = 0; i < count; ++i) start = step(start, static_cast<Number>(values[i]));
    return start;
  };
  switch (function) {
    case model::Reduction::kSum:
      return fold(0, [](Number s, Number x) { return s + x; });
    case model::Reduction::kProduct:
      return fold(1, [](Number s, Number x) { return s * x; });
    case model::Reduction::kMin:
      return fold(static_cast<Number>(values[0]), [](Number s, Number x) { return x < s ? x : s; });
    case model::Reduction::kMax:
      return fold(static_cast<Number>(values[0]), [](Number s, Number x) { return s < x ? x : s; });
    case model::Reduction::kMean:
      return fold(0, [](Number s, Number x) { return s + x; }) / static_cast<Number>(count);
    case model::Reduction::kSumSquares:
      return fold(0, [](Number s, Number x) { return s + x * x; });
    case model::Reduction::kSumSizes:
      return fold(0, [](Number s, Number x) { return s + std::fabs(x); });
    case model::Reduction::kMedian:
    case model::Reduction::kWeightedMedian:
      break;
  }
  double *middle = values + count / 2;
  std::nth_element(values, middle, values + count);
  const Number upper = static_cast<Number>(*middle) + Number{0};
  if (count % 2 == 1) return upper;
  return ((static_cast<Number>(*std::max_element(values, middle)) + Number{0}) + upper) / 2;
}

/// Gives the weighted median of a row. `values` and `order` have room for as many numbers as there
/// are inputs.
template <class Number>
double weighted_median(Plan plan, const StepRecord &step, const Columns &columns, std::size_t row,
                       double *values, double *order) {
  const std::uint32_t *inputs = column_list(plan, step);
  const double *weights = plan.data<double>(plan.header().numbers) + step.first_number;
  columns.pace->spend(std::size_t{4} * step.num_items);
  std::size_t present = 0;
  Number total = 0;
  for (std::uint32_t i = 0; i < step.num_items; ++i) {
    const double x = columns[inputs[i]][row];
    if (std::isnan(x)) continue;
    values[i] = static_cast<Number>(x);
    order[present++] = i;
    total = total + static_cast<Number>(weights[i]);
  }
  if (present == 0 || (step.flag == 0 && present < step.num_items)) return kMissing;
  auto at = [](double index) { return static_cast<std::size_t>(index); };
  std::sort(order, order + present, [&](double a, double b) {
    columns.pace->spend(1);
    const double x = values[at(a)], y = values[at(b)];
    return x < y || (x == y && a < b);
  });
  double so_far = 0;
  for (std::size_t k = 0; k < present; ++k) {
    so_far += static_cast<Number>(weights[at(order[k])]);
    if (so_far >= 0.5 * static_cast<double>(total)) return values[at(order[k])] + 0;
  }
  return kMissing;
}

template <class Number>
void reduce_rows(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const std::uint32_t *inputs = column_list(plan, step);
  double *out = columns.output(step.first_output);
  if (static_cast<model::Reduction>(step.function) == model::Reduction::kWeightedMedian) {
    for (std::size_t row = 0; row < columns.count; ++row)
      out[row] = weighted_median<Number>(plan, step, columns, row, work, work + step.num_items);
    return;
  }
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(std::size_t{8} * step.num_items);
    std::size_t present = 0;
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      work[present] = columns[inputs[i]][row];
      present += std::isnan(work[present]) ? 0 : 1;
    }
    const bool missing = present == 0 || (step.flag == 0 && present < step.num_items);
    out[row] = missing ? kMissing
                       : reduce_present<Number>(static_cast<model::Reduction>(step.function), work,
                                                present);
  }
}

}  // namespace

void reduce(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  if (in_float32(step))
    reduce_rows<float>(plan, step, columns, work);
  else
    reduce_rows<double>(plan, step, columns, work);
}

void rank(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const std::uint32_t *inputs = column_list(plan, step);
  const bool ascending = step.flag != 0;
  // The inputs of the row, and their numbers, sorted up to num_outputs.
  double *values = work, *order = work + step.num_items;
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(step.num_items + step.num_outputs);
    std::size_t present = 0;
    for (std::uint32_t i = 0; i < step.num_items; ++i) {
      values[i] = columns[inputs[i]][row];
      if (!std::isnan(values[i])) order[present++] = i;
    }
    const std::size_t places = std::min<std::size_t>(step.num_outputs, present);
    std::partial_sort(order, order + places, order + present, [&](double a, double b) {
      columns.pace->spend(1);
      const double x = values[static_cast<std::size_t>(a)], y = values[static_cast<std::size_t>(b)];
      return x == y ? a < b : ascending ? x < y : x > y;
    });
    for (std::uint32_t k = 0; k < step.num_outputs; ++k)
      columns.output(step.first_output + k)[row] = k < places ? order[k] : kMissing;
  }
}

void predicate_tree(Plan plan, const StepRecord &step, const Columns &columns) {
  using Tree = model::PredicateTree;
  const auto *predicates = plan.data<plan::OperandRecord>(plan.header().operands) + step.first_item;
  const auto *nodes = plan.data<plan::BranchRecord>(plan.header().branches) + step.first_number;
  const auto on_missing = static_cast<Tree::OnMissing>(step.function);
  const bool last_when_none_true = step.flag != 0;
  double *ends = columns.output(step.first_output),
         *defaults = columns.output(step.first_output + 1);
  for (std::size_t row = 0; row < columns.count; ++row) {
    auto truth = [&](std::uint32_t node) {
      const plan::OperandRecord &predicate = predicates[node];
      return predicate.column == plan::OperandRecord::kConstant ? predicate.constant
                                                                : columns[predicate.column][row];
    };
    std::uint32_t at = 0, num_defaults = 0;
    const double root = truth(0);
    bool none = std::isnan(root) || root == 0;
    while (!none && nodes[at].num_children > 0) {
      const plan::BranchRecord &node = nodes[at];
      columns.pace->spend(2 * std::size_t{node.num_children});
      std::uint32_t child = node.first_child;
      const std::uint32_t end = child + node.num_children;
      double predicate = 0;
      for (; child < end; ++child) {
        predicate = truth(child);
        if (std::isnan(predicate) ? on_missing != Tree::OnMissing::kFalse : predicate != 0) break;
      }
      if (child == end) {
        none = !last_when_none_true;
        break;
      }
      if (!std::isnan(predicate)) {
        at = child;
      } else if (on_missing == Tree::OnMissing::kDefaultChild &&
                 node.default_child != Tree::kNoChild) {
        at = node.default_child;
        ++num_defaults;
      } else {
        none = on_missing != Tree::OnMissing::kLast;
        break;
      }
    }
    ends[row] = none ? kMissing : at;
    defaults[row] = num_defaults;
  }
}

void pairwise_coupling(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const std::uint32_t *inputs = column_list(plan, step);
  double *pairs = work, *more = pairs + step.num_items, *out = more + step.num_outputs;
  for (std::size_t row = 0; row < columns.count; ++row) {
    columns.pace->spend(step.num_items);
    for (std::uint32_t i = 0; i < step.num_items; ++i) pairs[i] = columns[inputs[i]][row];
    model::couple_pairs(static_cast<model::Precision>(step.precision), step.num_outputs, pairs,
                        more, out, *columns.pace);
    for (std::uint32_t k = 0; k < step.num_outputs; ++k)
      columns.output(step.first_output + k)[row] = out[k];
  }
}

}  // namespace pgscore::kernels
