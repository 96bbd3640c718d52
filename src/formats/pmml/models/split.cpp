// Predicates as splits.
#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/tree.hpp"

namespace pgscore::formats::pmml {

using model::Operand;

namespace {

Column look_up(std::string_view name, const XmlElement &at, Scope &scope, bool rounds) {
  return rounds ? scope.unrounded_field(name, at) : scope.field(name, at);
}

/// Any predicate by its truth: true where the column is greater than 1/2.
Split split_by_truth(const XmlElement &predicate, Scope &scope) {
  const Operand truth = evaluate_predicate(predicate, scope);
  Split split;
  if (truth.is_constant()) {
    // A constant is never unknown
    split.kind = truth.constant != 0 ? Split::Kind::kTrue : Split::Kind::kFalse;
    return split;
  }
  split.kind = Split::Kind::kLessEqual;
  split.negated = true;
  split.threshold = 0.5;
  split.column = truth.column;
  split.missing_key = {truth.column};
  return split;
}

/// The columns whose being missing, all of them together, makes the predicate unknown; empty when
/// that is not so simple.
std::vector<model::ColumnId> missing_key(const XmlElement &predicate, Scope &scope) {
  if (predicate.is("SimplePredicate") || predicate.is("SimpleSetPredicate")) {
    if (const auto name = predicate.attribute("operator");
        name && (*name == "isMissing" || *name == "isNotMissing"))
      return {};
    const Column column = scope.unrounded_field(predicate.required("field"), predicate);
    if (column.operand.is_constant()) return {};
    return {column.operand.column};
  }
  if (!predicate.is("CompoundPredicate") || predicate.attribute("booleanOperator") != "surrogate")
    return {};
  std::vector<model::ColumnId> key;
  for (const XmlElement part : predicate.children()) {
    const std::vector<model::ColumnId> part_key = missing_key(part, scope);
    if (part_key.size() != 1) return {};
    key.push_back(part_key[0]);
  }
  std::sort(key.begin(), key.end());
  key.erase(std::unique(key.begin(), key.end()), key.end());
  return key;
}

bool set_codes(const Column &column, const std::vector<std::string> &texts, Split &split) {
  if (!column.is_text()) return false;
  split.kind = Split::Kind::kInSet;
  for (const std::string &text : texts)
    if (const auto index = column.texts->find(text)) split.codes.push_back(*index);
  std::sort(split.codes.begin(), split.codes.end());
  split.codes.erase(std::unique(split.codes.begin(), split.codes.end()), split.codes.end());
  split.is_whole = !column.texts->is_open();
  split.num_codes = column.texts->size();
  return true;
}

bool split_simple(const XmlElement &predicate, Scope &scope, bool rounds, Split &split) {
  const Column column = look_up(predicate.required("field"), predicate, scope, rounds);
  if (column.operand.is_constant()) return false;
  split.column = column.operand.column;
  split.missing_key = {split.column};
  const std::string_view name = predicate.required("operator");
  if (name == "isMissing" || name == "isNotMissing") {
    split.kind = Split::Kind::kMissing;
    split.negated = name == "isNotMissing";
    return true;
  }
  if (name == "equal" || name == "notEqual") {
    split.negated = name == "notEqual";
    return set_codes(column, {std::string(predicate.required("value"))}, split);
  }
  if (column.is_text()) return false;
  const std::string_view text = predicate.required("value");
  const std::optional<double> value = parse_value(text, column.type);
  if (!value) predicate.refuse("value " + shown(text) + " does not fit the type of the field");
  split.threshold = *value;
  if (name == "lessThan" || name == "greaterOrEqual")
    split.kind = Split::Kind::kLess;
  else if (name == "lessOrEqual" || name == "greaterThan")
    split.kind = Split::Kind::kLessEqual;
  else
    return false;
  split.negated = name.starts_with("greater");
  return true;
}

bool split_set(const XmlElement &predicate, Scope &scope, bool rounds, Split &split) {
  const Column column = look_up(predicate.required("field"), predicate, scope, rounds);
  if (column.operand.is_constant()) return false;
  split.column = column.operand.column;
  split.missing_key = {split.column};
  const std::string_view name = predicate.required("booleanOperator");
  if (name != "isIn" && name != "isNotIn") return false;
  split.negated = name == "isNotIn";
  return set_codes(column, read_array(predicate.required_child("Array")), split);
}

}  // namespace

Split split_of(const XmlElement &predicate, Scope &scope, bool rounds) {
  Split split;
  if (predicate.is("True")) return split;
  if (predicate.is("False")) {
    split.kind = Split::Kind::kFalse;
    return split;
  }
  if (predicate.is("SimplePredicate") && split_simple(predicate, scope, rounds, split))
    return split;
  if (predicate.is("SimpleSetPredicate") && split_set(predicate, scope, rounds, split))
    return split;
  split = split_by_truth(predicate, scope);
  if (const std::vector<model::ColumnId> key = missing_key(predicate, scope); !key.empty())
    split.missing_key = key;
  return split;
}

bool are_complementary(const Split &a, const Split &b) {
  using Kind = Split::Kind;
  if (a.kind != b.kind || a.column != b.column || a.kind == Kind::kTrue || a.kind == Kind::kFalse)
    return false;
  if (a.kind != Kind::kInSet) return a.negated != b.negated && a.threshold == b.threshold;
  if (a.negated != b.negated) return a.codes == b.codes;
  if (a.negated || !a.is_whole || a.codes.size() + b.codes.size() != a.num_codes) return false;
  std::vector<std::uint32_t> both;
  std::set_intersection(a.codes.begin(), a.codes.end(), b.codes.begin(), b.codes.end(),
                        std::back_inserter(both));
  return both.empty();
}

}  // namespace pgscore::formats::pmml
