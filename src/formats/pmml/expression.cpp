// Expressions (PMML 4.4, Transformations).
#include "formats/pmml/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

using Kind = Type::Kind;

/// `column` with what takes the place of a missing value, as the attribute mapMissingTo has it.
Column map_missing(Column column, const XmlElement &expression, Graph &graph) {
  const auto replacement = expression.attribute("mapMissingTo");
  if (!replacement) return column;
  if (column.is_text()) {
    std::vector<std::string> texts = column.texts->texts();
    texts.emplace_back(*replacement);
    column = graph.with_texts(column, Texts::derived(std::move(texts), {column.texts}));
    column.operand =
        graph.if_missing(column.operand, Operand::value(*column.texts->find(*replacement)));
  } else {
    column.operand = graph.if_missing(
        column.operand, graph.constant(*replacement, column.type, expression).operand);
  }
  return column;
}

/// A constant has the type that it says, or that its text looks like (JPMML-Evaluator,
/// ExpressionUtil).
Column evaluate_constant(const XmlElement &expression, Scope &scope, std::optional<Type> wanted) {
  const std::string text = expression.text();
  Graph &graph = scope.graph();
  // SAS writes parameters of functions as constants.
  if (scope.is_function() && scope.has(text)) return scope.field(text, expression);
  if (expression.boolean("missing", false))
    return missing_column(type_of(expression, wanted.value_or(Type{})));
  if (const auto name = expression.attribute("dataType"))
    return graph.constant(text, type_of(expression, {}), expression);
  if (wanted && (wanted->is_text() || parse_value(text, *wanted)))
    return graph.constant(text, *wanted, expression);
  if (parse_integer(text)) return graph.constant(text, {Kind::kInteger, 1970}, expression);
  if (const auto number = parse_float64(text); number && !std::isnan(*number))
    return graph.constant(text, {Kind::kDouble, 1970}, expression);
  return graph.text_constant(text);
}

/// y = b + (x - a) / (a' - a) * (b' - b) between the points (a, b) and (a', b') around x.
Column evaluate_norm_continuous(const XmlElement &expression, Scope &scope) {
  Graph &graph = scope.graph();
  const Column field = scope.field(expression.required("field"), expression);
  if (field.is_text()) expression.refuse("a string cannot be normalized");
  std::vector<double> origs, norms;
  for (const XmlElement point : expression.children("LinearNorm")) {
    origs.push_back(point.required_number("orig"));
    norms.push_back(point.required_number("norm"));
    if (origs.size() > 1 && !(origs[origs.size() - 2] < origs.back()))
      point.refuse("the points are not ascending");
  }
  if (origs.size() < 2) expression.refuse("it has fewer than two points");
  const std::size_t segments = origs.size() - 1;
  const std::vector<double> cuts(origs.begin() + 1, origs.end() - 1);
  auto by_segment = [&](auto value) {
    std::vector<double> values;
    for (std::size_t i = 0; i < segments; ++i) values.push_back(value(i));
    if (segments == 1) return Operand::value(values[0]);
    return Operand::of(graph.builder().discretize(
        {graph.column(field.operand), cuts, true, std::move(values), kMissing}));
  };
  const Operand x = field.operand;
  const Operand a = by_segment([&](std::size_t i) { return origs[i]; });
  const Operand width = by_segment([&](std::size_t i) { return origs[i + 1] - origs[i]; });
  const Operand height = by_segment([&](std::size_t i) { return norms[i + 1] - norms[i]; });
  const Operand b = by_segment([&](std::size_t i) { return norms[i]; });
  Operand y = graph.apply(Op::kDivide, {graph.apply(Op::kSubtract, {x, a}), width});
  y = graph.apply(Op::kAdd, {graph.apply(Op::kMultiply, {y, height}), b});
  const std::string_view outliers = expression.attribute("outliers").value_or("asIs");
  if (outliers != "asIs") {
    if (outliers != "asMissingValues" && outliers != "asExtremeValues")
      expression.refuse("unknown outliers " + shown(outliers));
    const bool as_missing = outliers == "asMissingValues";
    const Operand below = graph.apply(Op::kLess, {x, Operand::value(origs.front())});
    const Operand above = graph.apply(Op::kGreater, {x, Operand::value(origs.back())});
    y = graph.choose(below, Operand::value(as_missing ? kMissing : norms.front()), y);
    y = graph.choose(above, Operand::value(as_missing ? kMissing : norms.back()), y);
  }
  return map_missing(number_column(y), expression, graph);
}

Column evaluate_norm_discrete(const XmlElement &expression, Scope &scope) {
  Graph &graph = scope.graph();
  const Column field = scope.field(expression.required("field"), expression);
  return map_missing(number_column(graph.equals(field, expression.required("value"), expression)),
                     expression, graph);
}

/// The values of a table, numbers or texts, by place; `missing_places` have none.
struct Values {
  std::vector<double> values;
  Type type;
  std::shared_ptr<Texts> texts;
};
Values read_values(const std::vector<std::optional<std::string>> &cells,
                   const XmlElement &expression, std::optional<Type> wanted) {
  Values out;
  const bool are_numbers = std::all_of(cells.begin(), cells.end(), [](const auto &cell) {
    return !cell || parse_value(*cell, {Kind::kDouble, 1970}).has_value();
  });
  const Type otherwise{are_numbers ? Kind::kDouble : Kind::kString, 1970};
  out.type = type_of(expression, wanted.value_or(otherwise));
  if (out.type.is_text()) {
    std::vector<std::string> texts;
    for (const auto &cell : cells)
      if (cell) texts.push_back(*cell);
    out.texts = Texts::closed(std::move(texts));
  }
  for (const auto &cell : cells) {
    if (!cell) {
      out.values.push_back(kMissing);
    } else if (out.texts != nullptr) {
      out.values.push_back(*out.texts->find(*cell));
    } else {
      const std::optional<double> number = parse_value(*cell, out.type);
      if (!number) expression.refuse("value " + shown(*cell) + " does not fit its type");
      out.values.push_back(*number);
    }
  }
  return out;
}

std::optional<std::string> text_of(std::optional<std::string_view> attribute) {
  return attribute ? std::optional<std::string>(*attribute) : std::nullopt;
}

Column evaluate_discretize(const XmlElement &expression, Scope &scope, std::optional<Type> wanted) {
  Graph &graph = scope.graph();
  const Column field = scope.field(expression.required("field"), expression);
  if (field.is_text()) expression.refuse("a string cannot be discretized");
  std::vector<std::optional<std::string>> cells{text_of(expression.attribute("mapMissingTo")),
                                                text_of(expression.attribute("defaultValue"))};
  std::vector<Interval> intervals;
  for (const XmlElement bin : expression.children("DiscretizeBin")) {
    cells.emplace_back(bin.required("binValue"));
    intervals.push_back(read_interval(bin.required_child("Interval")));
  }
  const Values values = read_values(cells, expression, wanted);
  Operand result = Operand::value(values.values[1]);
  for (std::size_t i = intervals.size(); i-- > 0;)  // the first bin that fits counts
    result = graph.choose(lies_in(graph, field.operand, intervals[i]),
                          Operand::value(values.values[i + 2]), result);
  result = graph.choose(graph.is_missing(field), Operand::value(values.values[0]), result);
  return {result, values.type, values.texts};
}

/// Whether the first row of a table has the names of the columns in place of values: where every
/// cell is the name of its column, and one of them cannot be a value.
bool has_header(const std::vector<std::vector<std::optional<std::string>>> &rows,
                const std::vector<std::string> &columns, const std::vector<Column> &fields,
                const XmlElement &expression, std::optional<Type> wanted) {
  if (rows.size() < 2) return false;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (rows[0][i] != columns[i]) return false;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (!fields[i].is_text() && !parse_value(columns[i], fields[i].type)) return true;
  auto fits = [](const std::optional<std::string> &cell, Type type) {
    return cell && parse_value(*cell, type);
  };
  if (expression.attribute("dataType") || wanted) {
    const Type type = type_of(expression, wanted.value_or(Type{}));
    return !type.is_text() && !fits(columns.back(), type);
  }
  return !fits(columns.back(), {}) &&
         std::all_of(rows.begin() + 1, rows.end(),
                     [&](const auto &row) { return fits(row.back(), {}); });
}

using Rows = std::vector<std::vector<std::optional<std::string>>>;

/// The number of the field's value among the distinct ones of a column of the table, and that of
/// each row's cell.
struct Digit {
  Operand operand;
  std::vector<double> of_row;
  std::size_t count = 0;  // of distinct cells
};

Digit digit_of(const Column &field, const Rows &rows, std::size_t column, Graph &graph,
               const XmlElement &expression) {
  constexpr double kNoRow = -1e300;
  Digit digit;
  std::map<std::string, double> numbers;
  std::vector<std::pair<double, double>> by_number;
  for (const auto &row : rows) {
    const std::string &cell = *row[column];
    const double number = numbers.emplace(cell, static_cast<double>(numbers.size())).first->second;
    digit.of_row.push_back(number);
    if (field.is_text()) continue;
    const std::optional<double> key = parse_value(cell, field.type);
    if (!key) expression.refuse("value " + shown(cell) + " does not fit the type of the field");
    by_number.emplace_back(*key, number);
  }
  digit.count = numbers.size();
  if (!field.is_text()) {
    digit.operand = graph.number_table(field.operand, std::move(by_number), kNoRow);
    return digit;
  }
  for (const auto &[text, number] : numbers) field.texts->find(text);
  std::vector<double> digits(field.texts->size(), kNoRow);
  for (const auto &[text, number] : numbers)
    if (const auto index = field.texts->find(text)) digits[*index] = number;
  digit.operand = graph.text_table(field, std::move(digits), kNoRow);
  return digit;
}

Column evaluate_map_values(const XmlElement &expression, Scope &scope, std::optional<Type> wanted) {
  Graph &graph = scope.graph();
  std::vector<Column> fields;
  std::vector<std::string> columns;
  for (const XmlElement pair : expression.children("FieldColumnPair")) {
    fields.push_back(scope.field(pair.required("field"), pair));
    columns.emplace_back(pair.required("column"));
  }
  columns.emplace_back(expression.required("outputColumn"));
  Rows rows = read_inline_table(expression, columns);
  if (has_header(rows, columns, fields, expression, wanted)) rows.erase(rows.begin());
  std::vector<std::optional<std::string>> cells{text_of(expression.attribute("mapMissingTo")),
                                                text_of(expression.attribute("defaultValue"))};
  for (const auto &row : rows) {
    if (std::any_of(row.begin(), row.end(), [](const auto &cell) { return !cell; }))
      expression.refuse("a row of its table lacks a cell");
    cells.push_back(row.back());
  }
  const Values values = read_values(cells, expression, wanted);
  const double missing = values.values[0], otherwise = values.values[1];

  // Each field by itself becomes a digit; together they are a number, which a row of the table
  // stands for.
  Operand code = Operand::value(0), any_missing = Operand::value(0);
  std::vector<double> row_codes(rows.size(), 0);
  double stride = 1;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const Digit digit = digit_of(fields[f], rows, f, graph, expression);
    for (std::size_t r = 0; r < rows.size(); ++r) row_codes[r] += digit.of_row[r] * stride;
    any_missing = graph.apply(Op::kOr, {any_missing, graph.is_missing(fields[f])});
    code = f == 0
               ? digit.operand
               : graph.apply(
                     Op::kAdd,
                     {code, graph.apply(Op::kMultiply, {digit.operand, Operand::value(stride)})});
    stride *= static_cast<double>(digit.count);
    if (stride > 9e15) expression.refuse_unsupported("its table has too many values");
  }
  std::vector<std::pair<double, double>> entries;
  for (std::size_t r = 0; r < rows.size(); ++r)
    entries.emplace_back(row_codes[r], values.values[r + 2]);
  Operand result = graph.number_table(code, std::move(entries), otherwise);
  result = graph.choose(any_missing, Operand::value(missing), result);
  return {result, values.type, values.texts};
}

using Evaluate = Column (*)(const XmlElement &, Scope &, std::optional<Type>);
struct ExpressionKind {
  std::string_view name;
  Evaluate evaluate;  // null: not supported
};
constexpr std::array kExpressions = {
    ExpressionKind{"Constant", evaluate_constant},
    ExpressionKind{"FieldRef",
                   [](const XmlElement &expression, Scope &scope, std::optional<Type>) {
                     return map_missing(scope.field(expression.required("field"), expression),
                                        expression, scope.graph());
                   }},
    ExpressionKind{"NormContinuous",
                   [](const XmlElement &expression, Scope &scope, std::optional<Type>) {
                     return evaluate_norm_continuous(expression, scope);
                   }},
    ExpressionKind{"NormDiscrete",
                   [](const XmlElement &expression, Scope &scope, std::optional<Type>) {
                     return evaluate_norm_discrete(expression, scope);
                   }},
    ExpressionKind{"Discretize", evaluate_discretize},
    ExpressionKind{"MapValues", evaluate_map_values},
    ExpressionKind{"Apply", apply_function},
    ExpressionKind{"Aggregate", nullptr},
    ExpressionKind{"Lag", nullptr},
    ExpressionKind{"TextIndex", nullptr},
};

}  // namespace

std::vector<Support> supported_expressions() {
  std::vector<Support> list;
  for (const ExpressionKind &kind : kExpressions)
    list.push_back({kind.name, kind.evaluate != nullptr});
  return list;
}

bool is_expression(const XmlElement &element) {
  return std::any_of(kExpressions.begin(), kExpressions.end(),
                     [&](const ExpressionKind &kind) { return element.is(kind.name); });
}

Column evaluate_expression(const XmlElement &expression, Scope &scope, std::optional<Type> wanted) {
  const Reading::Level level(scope.reading(), expression);
  for (const ExpressionKind &kind : kExpressions) {
    if (!expression.is(kind.name)) continue;
    if (kind.evaluate == nullptr) expression.refuse_unsupported("this expression is not supported");
    return kind.evaluate(expression, scope, wanted);
  }
  expression.refuse("an expression is expected here");
}

namespace {

/// A text with the values that the DerivedField declares first: that is their order, when they are
/// ordinal.
Column in_declared_order(Column column, const XmlElement &derived_field, Graph &graph) {
  if (!column.is_text() || column.texts->is_open()) return column;
  std::vector<std::string> texts;
  for (const XmlElement value : derived_field.children("Value"))
    if (value.attribute("property").value_or("valid") == "valid")
      texts.emplace_back(value.required("value"));
  if (texts.empty()) return column;
  texts.insert(texts.end(), column.texts->texts().begin(), column.texts->texts().end());
  return graph.with_texts(column, Texts::closed(std::move(texts)));
}

}  // namespace

Column evaluate_derived_field(const XmlElement &derived_field, Scope &scope) {
  const std::string_view optype = derived_field.attribute("optype").value_or("continuous");
  const Type type = type_of(
      derived_field, {optype == "continuous" ? Type::Kind::kDouble : Type::Kind::kString, 1970});
  for (const XmlElement child : derived_field.children())
    if (is_expression(child))
      return in_declared_order(
          scope.graph().cast(evaluate_expression(child, scope, type), type, child), derived_field,
          scope.graph());
  derived_field.refuse("it has no expression");
}

}  // namespace pgscore::formats::pmml
