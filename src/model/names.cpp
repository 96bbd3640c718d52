#include "model/names.hpp"

#include <array>
#include <limits>
#include <span>

#include "base/enumerators.hpp"

namespace pgscore::model {
namespace {

/// The names of the enumerators, in their order.
template <class Enum, class... Names>
constexpr std::array<std::string_view, sizeof...(Names)> names(Names... names) {
  static_assert(sizeof...(names) == kNumEnumerators<Enum>, "one name for each enumerator");
  return {names...};
}
constexpr auto kOperations = names<Op>(
    "add", "subtract", "multiply", "divide", "min", "max", "power", "negate", "abs", "sqrt", "exp",
    "expm1", "log", "log1p", "floor", "ceil", "round", "less", "less_equal", "greater",
    "greater_equal", "equal", "not_equal", "and", "or", "not", "is_missing", "if_missing", "if",
    "indicator", "to_float32", "modulo", "rint", "truncate", "sign", "log10", "sin", "cos", "tan",
    "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf", "normal_quantile");
constexpr auto kLinks = names<LinkFunction>(
    "logistic", "logistic_glm", "exp", "softmax", "normalize", "normal_cdf", "cloglog", "loglog",
    "cauchit", "reciprocal", "inverse_square", "square", "rectify", "tanh");
constexpr auto kSplits = names<Split>("leaf", "less", "less_equal", "in_set", "in_set_truncated");
constexpr auto kMissingKinds = names<MissingKind>("nan", "nan_is_zero", "zero_or_nan");
constexpr auto kUnknownPolicies = names<UnknownPolicy>("missing", "keep", "error", "null");
constexpr auto kMissingPolicies = names<MissingPolicy>("native", "error", "null");
constexpr auto kNumberRanges = names<NumberRange>("any", "finite", "float32");
constexpr auto kUnits = names<Unit>("none", "days", "seconds", "seconds_of_day");
constexpr auto kTextFunctions = names<TextFunction>("substring", "upper", "lower", "trim");
constexpr auto kReductions = names<Reduction>("sum", "product", "min", "max", "mean", "median",
                                              "sum_squares", "sum_sizes", "weighted_median");
constexpr auto kKernels = names<KernelMachine::Kernel>("linear", "polynomial", "radial", "sigmoid");
constexpr auto kCompares = names<Distances::Compare>("abs_diff", "gauss", "delta", "equal");
constexpr auto kMeasures = names<Distances::Measure>("euclidean", "squared_euclidean", "city_block",
                                                     "chebychev", "minkowski", "binary");
constexpr auto kTasks = names<Task>("regression", "classification");
constexpr auto kPrecisions = names<Precision>("float32", "float64");

template <class Enum>
std::optional<Enum> find(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

template <class Enum>
constexpr std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

}  // namespace

std::string_view name_of(Op op) { return kOperations[index(op)]; }
std::string_view name_of(LinkFunction function) { return kLinks[index(function)]; }
std::string_view name_of(Split split) { return kSplits[index(split)]; }
std::string_view name_of(MissingKind kind) { return kMissingKinds[index(kind)]; }
std::string_view name_of(UnknownPolicy policy) { return kUnknownPolicies[index(policy)]; }
std::string_view name_of(MissingPolicy policy) { return kMissingPolicies[index(policy)]; }
std::string_view name_of(NumberRange range) { return kNumberRanges[index(range)]; }
std::string_view name_of(Unit unit) { return kUnits[index(unit)]; }
std::string_view name_of(TextFunction function) { return kTextFunctions[index(function)]; }
std::string_view name_of(Task task) { return kTasks[index(task)]; }
std::string_view name_of(Precision precision) { return kPrecisions[index(precision)]; }

std::optional<Op> op_named(std::string_view name) { return find<Op>(kOperations, name); }
std::optional<LinkFunction> link_named(std::string_view name) {
  return find<LinkFunction>(kLinks, name);
}
std::optional<Split> split_named(std::string_view name) { return find<Split>(kSplits, name); }
std::optional<MissingKind> missing_kind_named(std::string_view name) {
  return find<MissingKind>(kMissingKinds, name);
}
std::optional<UnknownPolicy> unknown_policy_named(std::string_view name) {
  return find<UnknownPolicy>(kUnknownPolicies, name);
}
std::optional<MissingPolicy> missing_policy_named(std::string_view name) {
  return find<MissingPolicy>(kMissingPolicies, name);
}
std::optional<NumberRange> number_range_named(std::string_view name) {
  return find<NumberRange>(kNumberRanges, name);
}
std::optional<Unit> unit_named(std::string_view name) { return find<Unit>(kUnits, name); }
std::optional<TextFunction> text_function_named(std::string_view name) {
  return find<TextFunction>(kTextFunctions, name);
}
std::optional<Reduction> reduction_named(std::string_view name) {
  return find<Reduction>(kReductions, name);
}
std::optional<KernelMachine::Kernel> kernel_named(std::string_view name) {
  return find<KernelMachine::Kernel>(kKernels, name);
}
std::optional<Distances::Compare> compare_named(std::string_view name) {
  return find<Distances::Compare>(kCompares, name);
}
std::optional<Distances::Measure> measure_named(std::string_view name) {
  return find<Distances::Measure>(kMeasures, name);
}
std::optional<Task> task_named(std::string_view name) { return find<Task>(kTasks, name); }
std::optional<Precision> precision_named(std::string_view name) {
  return find<Precision>(kPrecisions, name);
}

double greatest_magnitude(NumberRange range) {
  // Beyond float32's greatest number doubles still round down to it, up to half a unit in its last
  // place, where the tie rounds up.
  constexpr std::array kGreatest = {std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::max(), 0x1.fffffefffffffp127};
  return kGreatest[index(range)];
}

}  // namespace pgscore::model
