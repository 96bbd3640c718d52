#include "model/names.hpp"

#include <array>
#include <limits>
#include <span>

namespace pgscore::model {
namespace {

// Tables are indexed by enumerator, so their order is that of model.hpp.
struct Operation {
  std::string_view name;
  std::size_t arity;
};
constexpr std::array kOperations = {
    Operation{"add", 2},
    Operation{"subtract", 2},
    Operation{"multiply", 2},
    Operation{"divide", 2},
    Operation{"min", 2},
    Operation{"max", 2},
    Operation{"power", 2},
    Operation{"negate", 1},
    Operation{"abs", 1},
    Operation{"sqrt", 1},
    Operation{"exp", 1},
    Operation{"expm1", 1},
    Operation{"log", 1},
    Operation{"log1p", 1},
    Operation{"floor", 1},
    Operation{"ceil", 1},
    Operation{"round", 1},
    Operation{"less", 2},
    Operation{"less_equal", 2},
    Operation{"greater", 2},
    Operation{"greater_equal", 2},
    Operation{"equal", 2},
    Operation{"not_equal", 2},
    Operation{"and", 2},
    Operation{"or", 2},
    Operation{"not", 1},
    Operation{"is_missing", 1},
    Operation{"if_missing", 2},
    Operation{"if", 3},
    Operation{"indicator", 2},
    Operation{"to_float32", 1},
    Operation{"modulo", 2},
    Operation{"rint", 1},
    Operation{"truncate", 1},
    Operation{"sign", 1},
    Operation{"log10", 1},
    Operation{"sin", 1},
    Operation{"cos", 1},
    Operation{"tan", 1},
    Operation{"asin", 1},
    Operation{"acos", 1},
    Operation{"atan", 1},
    Operation{"sinh", 1},
    Operation{"cosh", 1},
    Operation{"tanh", 1},
    Operation{"erf", 1},
    Operation{"normal_quantile", 1},
};
static_assert(kOperations.size() == static_cast<std::size_t>(Op::kNormalQuantile) + 1);

constexpr std::array<std::string_view, 14> kLinks = {
    "logistic",       "logistic_glm", "exp",     "softmax", "normalize",
    "normal_cdf",     "cloglog",      "loglog",  "cauchit", "reciprocal",
    "inverse_square", "square",       "rectify", "tanh"};
static_assert(kLinks.size() == static_cast<std::size_t>(LinkFunction::kTanh) + 1);
constexpr std::array<std::string_view, 5> kSplits = {"leaf", "less", "less_equal", "in_set",
                                                     "in_set_truncated"};
static_assert(kSplits.size() == static_cast<std::size_t>(Split::kInSetTruncated) + 1);
constexpr std::array<std::string_view, 3> kMissingKinds = {"nan", "nan_is_zero", "zero_or_nan"};
constexpr std::array<std::string_view, 4> kUnknownPolicies = {"missing", "keep", "error", "null"};
constexpr std::array<std::string_view, 3> kMissingPolicies = {"native", "error", "null"};
constexpr std::array<std::string_view, 3> kNumberRanges = {"any", "finite", "float32"};
constexpr std::array<std::string_view, 4> kUnits = {"none", "days", "seconds", "seconds_of_day"};
constexpr std::array<std::string_view, 4> kTextFunctions = {"substring", "upper", "lower", "trim"};
constexpr std::array<std::string_view, 9> kReductions = {
    "sum",       "product",        "min", "max", "mean", "median", "sum_squares",
    "sum_sizes", "weighted_median"};
constexpr std::array<std::string_view, 4> kKernels = {"linear", "polynomial", "radial", "sigmoid"};
constexpr std::array<std::string_view, 4> kCompares = {"abs_diff", "gauss", "delta", "equal"};
constexpr std::array<std::string_view, 6> kMeasures = {
    "euclidean", "squared_euclidean", "city_block", "chebychev", "minkowski", "binary"};
constexpr std::array<std::string_view, 2> kTasks = {"regression", "classification"};
constexpr std::array<std::string_view, 2> kPrecisions = {"float32", "float64"};

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

std::string_view name_of(Op op) { return kOperations[index(op)].name; }
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

std::optional<Op> op_named(std::string_view name) {
  for (std::size_t i = 0; i < kOperations.size(); ++i)
    if (kOperations[i].name == name) return static_cast<Op>(i);
  return std::nullopt;
}
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

std::size_t arity(Op op) { return kOperations[index(op)].arity; }

}  // namespace pgscore::model
