// Built-in functions (PMML 4.4, Functions), and those that a document defines.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/index.hpp"
#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/text_functions.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;
using model::Reduction;

namespace {

using Kind = Type::Kind;
using Arguments = std::vector<Column>;

/// What a function may ask of its call.
struct Call {
  const XmlElement &apply;
  Graph &graph;
  const Arguments &args;

  Operand number(std::size_t i) const {
    if (!args[i].is_text()) return args[i].operand;
    return graph.cast(args[i], {Kind::kDouble, 1970}, apply).operand;
  }
  double constant(std::size_t i) const {
    const Operand operand = number(i);
    if (!operand.is_constant() || std::isnan(operand.constant))
      apply.refuse_unsupported("argument " + std::to_string(i + 1) + " must be a constant");
    return operand.constant;
  }
};

Column truth(Operand operand) { return number_column(operand, Kind::kBoolean); }

/// Numbers of one type give that type, others double; a float and an integer give float, as Java
/// promotes them.
Type common_type(const Arguments &args) {
  bool all_integers = true, any_double = false;
  for (const Column &arg : args) {
    all_integers =
        all_integers && (arg.type.kind == Kind::kInteger || arg.type.kind == Kind::kBoolean);
    any_double = any_double || (arg.type.kind != Kind::kInteger && arg.type.kind != Kind::kFloat);
  }
  return {all_integers ? Kind::kInteger : any_double ? Kind::kDouble : Kind::kFloat, 1970};
}

// ---- functions of numbers -----------------------------------------------------------------------

struct ScalarFunction {
  std::string_view name;
  Op op;
  std::size_t arity;
  bool keeps_type;  // of its arguments; otherwise the result is double
};
constexpr std::array kScalars = {
    ScalarFunction{"+", Op::kAdd, 2, true},         ScalarFunction{"-", Op::kSubtract, 2, true},
    ScalarFunction{"*", Op::kMultiply, 2, true},    ScalarFunction{"/", Op::kDivide, 2, true},
    ScalarFunction{"log10", Op::kLog10, 1, false},  ScalarFunction{"ln", Op::kLog, 1, false},
    ScalarFunction{"sqrt", Op::kSqrt, 1, false},    ScalarFunction{"abs", Op::kAbs, 1, true},
    ScalarFunction{"exp", Op::kExp, 1, false},      ScalarFunction{"pow", Op::kPower, 2, true},
    ScalarFunction{"floor", Op::kFloor, 1, true},   ScalarFunction{"ceil", Op::kCeil, 1, true},
    ScalarFunction{"modulo", Op::kModulo, 2, true}, ScalarFunction{"rint", Op::kRint, 1, true},
    ScalarFunction{"expm1", Op::kExpm1, 1, false},  ScalarFunction{"ln1p", Op::kLog1p, 1, false},
    ScalarFunction{"sin", Op::kSin, 1, false},      ScalarFunction{"asin", Op::kAsin, 1, false},
    ScalarFunction{"sinh", Op::kSinh, 1, false},    ScalarFunction{"cos", Op::kCos, 1, false},
    ScalarFunction{"acos", Op::kAcos, 1, false},    ScalarFunction{"cosh", Op::kCosh, 1, false},
    ScalarFunction{"tan", Op::kTan, 1, false},      ScalarFunction{"atan", Op::kAtan, 1, false},
    ScalarFunction{"tanh", Op::kTanh, 1, false},    ScalarFunction{"erf", Op::kErf, 1, false},
};

struct Aggregation {
  std::string_view name;
  Reduction reduction;
};
constexpr std::array kAggregations = {
    Aggregation{"min", Reduction::kMin},       Aggregation{"max", Reduction::kMax},
    Aggregation{"sum", Reduction::kSum},       Aggregation{"avg", Reduction::kMean},
    Aggregation{"median", Reduction::kMedian}, Aggregation{"product", Reduction::kProduct},
};

Column aggregate(const Call &call, Reduction reduction) {
  std::vector<Operand> numbers;
  for (std::size_t i = 0; i < call.args.size(); ++i) numbers.push_back(call.number(i));
  const bool is_fraction = reduction == Reduction::kMean || reduction == Reduction::kMedian;
  // "missing values in the input to an aggregate function are simply ignored"
  return {call.graph.reduce(reduction, numbers, model::Precision::kFloat64, true),
          is_fraction ? Type{} : common_type(call.args), nullptr};
}

Column normal(const Call &call, bool cumulative, bool standard) {
  Graph &graph = call.graph;
  Operand z = call.number(0), deviation = Operand::value(1);
  if (!standard) {
    deviation = call.number(2);
    z = graph.apply(Op::kDivide, {graph.apply(Op::kSubtract, {z, call.number(1)}), deviation});
  }
  if (cumulative) return number_column(graph.link(model::LinkFunction::kNormalCdf, {z})[0]);
  constexpr double kInverseRootTwoPi = 0.3989422804014327;
  const Operand half =
      graph.apply(Op::kDivide, {graph.apply(Op::kMultiply, {z, z}), Operand::value(-2)});
  const Operand density = graph.apply(
      Op::kMultiply, {graph.apply(Op::kExp, {half}), Operand::value(kInverseRootTwoPi)});
  return number_column(graph.apply(Op::kDivide, {density, deviation}));
}

Column normal_quantile(const Call &call, bool standard) {
  Graph &graph = call.graph;
  const Operand z = graph.apply(Op::kNormalQuantile, {call.number(0)});
  if (standard) return number_column(z);
  return number_column(
      graph.apply(Op::kAdd, {call.number(1), graph.apply(Op::kMultiply, {call.number(2), z})}));
}

/// Ends on .5 go up, as Java's Math.round has it.
Column round_half_up(const Call &call) {
  return {call.graph.apply(Op::kFloor,
                           {call.graph.apply(Op::kAdd, {call.number(0), Operand::value(0.5)})}),
          call.args[0].type, nullptr};
}

// ---- comparisons and logic ----------------------------------------------------------------------

struct ComparisonFunction {
  std::string_view name;
  Op op;
};
constexpr std::array kComparisons = {
    ComparisonFunction{"equal", Op::kEqual},
    ComparisonFunction{"notEqual", Op::kNotEqual},
    ComparisonFunction{"lessThan", Op::kLess},
    ComparisonFunction{"lessOrEqual", Op::kLessEqual},
    ComparisonFunction{"greaterThan", Op::kGreater},
    ComparisonFunction{"greaterOrEqual", Op::kGreaterEqual},
};

/// The text that is the same in every row. Not when it is missing, or none of the list: a table
/// gives what no list has a number for.
std::optional<std::string> constant_text(const Column &column) {
  if (!column.operand.is_constant() ||
      !is_index(column.operand.constant, column.texts->texts().size()))
    return std::nullopt;
  return column.texts->texts()[static_cast<std::size_t>(column.operand.constant)];
}

/// Both as numbers, or as indices of one list.
std::pair<Operand, Operand> comparable(const Call &call, Column x, Column y) {
  Graph &graph = call.graph;
  if (x.is_text() != y.is_text()) {
    Column &number = x.is_text() ? y : x;
    const Column &text = x.is_text() ? x : y;
    if (const auto known = constant_text(text)) {
      const Column constant = graph.constant(*known, number.type, call.apply);
      (x.is_text() ? x : y) = constant;
    } else if (number.operand.is_constant()) {
      number = graph.cast(number, text.type, call.apply);
    } else {
      call.apply.refuse_unsupported("a string is compared with a number");
    }
  }
  if (!x.is_text()) return {x.operand, y.operand};
  auto other = [&](const Column &column, const std::string &text) {
    const auto index = column.texts->find(text);
    return Operand::value(index ? *index : model::kUnknownCategory - 1);
  };
  if (const auto text = constant_text(y)) return {x.operand, other(x, *text)};
  if (const auto text = constant_text(x)) return {other(y, *text), y.operand};
  // Of texts that neither list has, nobody would know whether they are equal.
  if (x.texts->is_open() && y.texts->is_open())
    call.apply.refuse_unsupported("two strings without declared values are compared",
                                  "Declare the values of one of the fields in the DataDictionary.");
  std::vector<std::string> texts = x.texts->texts();
  texts.insert(texts.end(), y.texts->texts().begin(), y.texts->texts().end());
  const auto list = Texts::derived(std::move(texts), {x.texts, y.texts});
  return {graph.with_texts(x, list).operand, graph.with_texts(y, list).operand};
}

Column compare(const Call &call, Op op) {
  const bool ordered = op != Op::kEqual && op != Op::kNotEqual;
  if (ordered && (call.args[0].is_text() || call.args[1].is_text()) &&
      (call.args[0].is_text() == call.args[1].is_text()))
    call.apply.refuse_unsupported("strings are compared by their order");
  const auto [x, y] = comparable(call, call.args[0], call.args[1]);
  return truth(call.graph.apply(op, {x, y}));
}

Column is_in(const Call &call, bool negated) {
  Operand result = Operand::value(0);
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    const auto [x, y] = comparable(call, call.args[0], call.args[i]);
    result = call.graph.apply(Op::kOr, {result, call.graph.apply(Op::kEqual, {x, y})});
  }
  return truth(negated ? call.graph.apply(Op::kNot, {result}) : result);
}

Column fold_logic(const Call &call, Op op) {
  Operand result = call.number(0);
  for (std::size_t i = 1; i < call.args.size(); ++i)
    result = call.graph.apply(op, {result, call.number(i)});
  return truth(call.args.size() == 1 ? call.graph.apply(Op::kNotEqual, {result, Operand::value(0)})
                                     : result);
}

/// if(condition, x [, y]): a missing condition gives y's place nothing (PMML 4.4, Functions: the
/// result is missing).
Column choose(const Call &call) {
  Graph &graph = call.graph;
  Column x = call.args[1];
  Column y = call.args.size() > 2 ? call.args[2] : missing_column(x.type);
  if (x.is_text() || y.is_text()) {
    const Type text{Kind::kString, 1970};
    if (!x.is_text()) x = graph.cast(x, text, call.apply);
    if (!y.is_text()) y = graph.cast(y, text, call.apply);
    std::vector<std::string> texts = x.texts->texts();
    texts.insert(texts.end(), y.texts->texts().begin(), y.texts->texts().end());
    const auto list = Texts::derived(std::move(texts), {x.texts, y.texts});
    x = graph.with_texts(x, list);
    y = graph.with_texts(y, list);
  } else if (x.type.kind != y.type.kind) {
    x.type = common_type({x, y});
  }
  const Operand condition = call.number(0);
  if (condition.is_constant()) {
    x.operand = std::isnan(condition.constant) ? Operand::value(kMissing)
                : condition.constant != 0      ? x.operand
                                               : y.operand;
  } else {
    x.operand = graph.apply(Op::kIf, {condition, x.operand, y.operand});
  }
  return x;
}

// ---- dates --------------------------------------------------------------------------------------

Column since_year(const Call &call, Kind kind) {
  const double year = call.constant(1);
  if (!(year >= 0 && year <= 9999) || year != std::trunc(year))
    call.apply.refuse("the year is out of range");
  Column column = call.graph.cast(call.args[0], {kind, static_cast<int>(year)}, call.apply);
  column.type = {Kind::kInteger, 1970};
  return column;
}

Column seconds_since_midnight(const Call &call) {
  Column column = call.graph.cast(call.args[0], {Kind::kSecondsOfTheDay, 1970}, call.apply);
  column.type = {Kind::kInteger, 1970};
  return column;
}

// ---- texts --------------------------------------------------------------------------------------

Column change_text(const Call &call, model::TextFunction function) {
  return change_text(call.args[0], {function, 0, 0}, call.graph, call.apply);
}

// ---- the table ----------------------------------------------------------------------------------

constexpr std::size_t kAnyNumber = SIZE_MAX;
struct Function {
  std::string_view name;
  std::size_t min_args, max_args;
  Column (*evaluate)(const Call &call);
};
constexpr std::array kFunctions = {
    Function{"threshold", 2, 2,
             [](const Call &call) {
               return number_column(
                   call.graph.apply(Op::kGreater, {call.number(0), call.number(1)}),
                   Kind::kInteger);
             }},
    Function{"round", 1, 1, round_half_up},
    Function{"hypot", 2, 2,
             [](const Call &call) {
               Graph &graph = call.graph;
               const Operand x = call.number(0), y = call.number(1);
               return number_column(graph.apply(
                   Op::kSqrt, {graph.apply(Op::kAdd, {graph.apply(Op::kMultiply, {x, x}),
                                                      graph.apply(Op::kMultiply, {y, y})})}));
             }},
    Function{"isMissing", 1, 1,
             [](const Call &call) { return truth(call.graph.is_missing(call.args[0])); }},
    Function{"isNotMissing", 1, 1,
             [](const Call &call) {
               return truth(call.graph.apply(Op::kNot, {call.graph.is_missing(call.args[0])}));
             }},
    // Invalid values have been treated before: what is there is valid.
    Function{"isValid", 1, 1,
             [](const Call &call) {
               return truth(call.graph.apply(Op::kNot, {call.graph.is_missing(call.args[0])}));
             }},
    Function{"isNotValid", 1, 1,
             [](const Call &call) { return truth(call.graph.is_missing(call.args[0])); }},
    Function{"and", 2, kAnyNumber, [](const Call &call) { return fold_logic(call, Op::kAnd); }},
    Function{"or", 2, kAnyNumber, [](const Call &call) { return fold_logic(call, Op::kOr); }},
    Function{"not", 1, 1,
             [](const Call &call) { return truth(call.graph.apply(Op::kNot, {call.number(0)})); }},
    Function{"isIn", 2, kAnyNumber, [](const Call &call) { return is_in(call, false); }},
    Function{"isNotIn", 2, kAnyNumber, [](const Call &call) { return is_in(call, true); }},
    Function{"if", 2, 3, choose},
    Function{"normalCDF", 3, 3, [](const Call &call) { return normal(call, true, false); }},
    Function{"normalPDF", 3, 3, [](const Call &call) { return normal(call, false, false); }},
    Function{"normalIDF", 3, 3, [](const Call &call) { return normal_quantile(call, false); }},
    Function{"stdNormalCDF", 1, 1, [](const Call &call) { return normal(call, true, true); }},
    Function{"stdNormalPDF", 1, 1, [](const Call &call) { return normal(call, false, true); }},
    Function{"stdNormalIDF", 1, 1, [](const Call &call) { return normal_quantile(call, true); }},
    Function{"dateDaysSinceYear", 2, 2,
             [](const Call &call) { return since_year(call, Kind::kDaysSince); }},
    Function{"dateSecondsSinceYear", 2, 2,
             [](const Call &call) { return since_year(call, Kind::kSecondsSince); }},
    Function{"dateSecondsSinceMidnight", 1, 1, seconds_since_midnight},
    Function{"uppercase", 1, 1,
             [](const Call &call) { return change_text(call, model::TextFunction::kUpper); }},
    Function{"lowercase", 1, 1,
             [](const Call &call) { return change_text(call, model::TextFunction::kLower); }},
    Function{"trimBlanks", 1, 1,
             [](const Call &call) { return change_text(call, model::TextFunction::kTrim); }},
    Function{"stringLength", 1, 1,
             [](const Call &call) { return length_of_text(call.args[0], call.graph, call.apply); }},
    Function{"substring", 3, 3,
             [](const Call &call) {
               return substring_of(call.args[0], call.constant(1), call.constant(2), call.graph,
                                   call.apply);
             }},
    Function{"concat", 2, kAnyNumber,
             [](const Call &call) { return concatenate_texts(call.args, call.graph, call.apply); }},
};
constexpr std::array kUnsupported = {
    std::string_view("replace"),
    std::string_view("matches"),
    std::string_view("formatNumber"),
    std::string_view("formatDatetime"),
};

void check_count(const XmlElement &apply, std::size_t count, std::size_t least, std::size_t most) {
  if (count < least || count > most)
    apply.refuse("function " + shown(apply.required("function")) + " takes " +
                 std::to_string(least) +
                 (most == kAnyNumber ? " or more"
                  : most > least     ? " to " + std::to_string(most)
                                     : std::string()) +
                 (most == 1 ? " argument, not " : " arguments, not ") + std::to_string(count));
}

Column call_built_in(std::string_view name, const Call &call) {
  for (const ScalarFunction &function : kScalars) {
    if (function.name != name) continue;
    check_count(call.apply, call.args.size(), function.arity, function.arity);
    std::vector<Operand> args;
    for (std::size_t i = 0; i < function.arity; ++i) args.push_back(call.number(i));
    Type type = function.keeps_type ? common_type(call.args) : Type{};
    if (function.op == Op::kDivide && type.kind == Kind::kInteger) type = {};
    const bool is_float = type.kind == Kind::kFloat;
    return {call.graph.apply(function.op, std::move(args),
                             is_float ? model::Precision::kFloat32 : model::Precision::kFloat64),
            type, nullptr};
  }
  for (const Aggregation &function : kAggregations) {
    if (function.name != name) continue;
    check_count(call.apply, call.args.size(), 1, kAnyNumber);
    return aggregate(call, function.reduction);
  }
  for (const ComparisonFunction &function : kComparisons) {
    if (function.name != name) continue;
    check_count(call.apply, call.args.size(), 2, 2);
    return compare(call, function.op);
  }
  for (const Function &function : kFunctions) {
    if (function.name != name) continue;
    check_count(call.apply, call.args.size(), function.min_args, function.max_args);
    return function.evaluate(call);
  }
  if (std::find(kUnsupported.begin(), kUnsupported.end(), name) != kUnsupported.end())
    call.apply.refuse_unsupported("function " + shown(name) + " is not supported");
  call.apply.refuse("unknown function " + shown(name));
}

Column call_defined(const XmlElement &function, const Call &call, Reading &reading) {
  Scope scope(reading);
  std::size_t count = 0;
  const XmlElement *body = nullptr;
  std::vector<XmlElement> children;
  for (const XmlElement child : function.children()) children.push_back(child);
  for (const XmlElement &child : children) {
    if (child.is("ParameterField")) {
      if (count >= call.args.size())
        check_count(call.apply, call.args.size(), count + 1, kAnyNumber);
      Column value = call.args[count++];
      if (child.attribute("dataType"))
        value = call.graph.cast(value, type_of(child, value.type), call.apply);
      scope.define(std::string(child.required("name")), value);
    } else if (is_expression(child)) {
      body = &child;
    }
  }
  check_count(call.apply, call.args.size(), count, count);
  if (body == nullptr) function.refuse("it has no expression");
  std::optional<Type> type;
  if (function.attribute("dataType")) type = type_of(function, {});
  Column result = evaluate_expression(*body, scope, type);
  return type ? call.graph.cast(result, *type, *body) : result;
}

}  // namespace

std::vector<Support> supported_functions() {
  std::vector<Support> list;
  for (const ScalarFunction &function : kScalars) list.push_back({function.name, true});
  for (const Aggregation &function : kAggregations) list.push_back({function.name, true});
  for (const ComparisonFunction &function : kComparisons) list.push_back({function.name, true});
  for (const Function &function : kFunctions) list.push_back({function.name, true});
  for (std::string_view name : kUnsupported) list.push_back({name, false});
  return list;
}

Column apply_function(const XmlElement &apply, Scope &scope, std::optional<Type> wanted) {
  Graph &graph = scope.graph();
  const std::string_view name = apply.required("function");
  const bool is_choice = name == "if";
  Arguments args;
  for (const XmlElement child : apply.children())
    args.push_back(
        evaluate_expression(child, scope, is_choice && !args.empty() ? wanted : std::nullopt));
  const Call call{apply, graph, args};
  const XmlElement *function = scope.reading().dictionary().function(name);
  Column result = function != nullptr ? call_defined(*function, call, scope.reading())
                                      : call_built_in(name, call);

  auto replace = [&](Operand condition, std::string_view text) {
    if (result.is_text()) {
      std::vector<std::string> texts = result.texts->texts();
      texts.emplace_back(text);
      result = graph.with_texts(result, Texts::derived(std::move(texts), {result.texts}));
      result.operand =
          graph.choose(condition, Operand::value(*result.texts->find(text)), result.operand);
    } else {
      result.operand =
          graph.choose(condition, graph.constant(text, result.type, apply).operand, result.operand);
    }
  };
  if (const auto text = apply.attribute("defaultValue")) replace(graph.is_missing(result), *text);
  if (const auto text = apply.attribute("mapMissingTo")) {
    Operand any = Operand::value(0);
    for (const Column &arg : args) any = graph.apply(Op::kOr, {any, graph.is_missing(arg)});
    replace(any, *text);
  }
  return result;
}

}  // namespace pgscore::formats::pmml
