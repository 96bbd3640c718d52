#include "formats/pmml/column.hpp"

#include <cmath>

#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::ColumnId;
using model::kMissing;
using model::Op;
using model::Operand;

// ---- texts --------------------------------------------------------------------------------------

std::shared_ptr<Texts> Texts::closed(std::vector<std::string> texts) {
  return derived(std::move(texts), {});
}

std::shared_ptr<Texts> Texts::open(std::vector<std::string> texts) {
  std::shared_ptr<Texts> list = derived(std::move(texts), {});
  list->open_ = true;
  return list;
}

std::shared_ptr<Texts> Texts::derived(std::vector<std::string> texts,
                                      std::vector<std::shared_ptr<Texts>> sources) {
  auto list = std::make_shared<Texts>();
  for (std::string &text : texts)
    if (list->index_.emplace(text, list->size()).second) list->texts_.push_back(std::move(text));
  for (std::shared_ptr<Texts> &source : sources) {
    if (!source->is_open()) continue;
    list->open_ = true;
    // It may have the texts of the others, too
    for (const std::string &text : list->texts_) source->find(text);
    list->sources_.push_back(std::move(source));
  }
  return list;
}

std::optional<std::uint32_t> Texts::find(std::string_view text) {
  const auto found = index_.find(std::string(text));
  if (found != index_.end()) return found->second;
  if (!open_) return std::nullopt;
  for (const std::shared_ptr<Texts> &source : sources_) source->find(text);
  index_.emplace(text, size());
  texts_.emplace_back(text);
  return size() - 1;
}

std::shared_ptr<Texts> Texts::after(const model::TextOperation &operation, const XmlElement &at) {
  for (const std::shared_ptr<Texts> &list : after_)
    if (list->operations_.back() == operation) return list;
  if (operations_.size() == model::kMaxTextOperations)
    at.refuse_unsupported("too many functions of one string");
  const std::shared_ptr<Texts> &list = after_.emplace_back(open({}));
  list->input_ = input_;
  list->operations_ = operations_;
  list->operations_.push_back(operation);
  list->place_ = at.place();
  return list;
}

std::vector<const Texts *> Texts::asked() const {
  std::vector<const Texts *> lists{this};
  for (std::size_t i = 0; i < lists.size(); ++i)
    for (const std::shared_ptr<Texts> &list : lists[i]->after_) lists.push_back(list.get());
  std::erase_if(lists, [](const Texts *list) { return list->texts_.empty(); });
  return lists;
}

// ---- graph --------------------------------------------------------------------------------------

void Graph::count_entries(std::size_t entries) {
  num_entries_ += entries;
  check_limit(num_entries_, builder().limits().max_nodes, "values in tables");
}

Operand Graph::text_table(const Column &text, std::vector<double> values, double unknown,
                          double missing) {
  count_entries(values.size());
  return look_up(text.operand, std::move(values), unknown, missing);
}

Operand Graph::number_table(Operand input, std::vector<std::pair<double, double>> entries,
                            double unknown, double missing) {
  count_entries(entries.size());
  return look_up(input, std::move(entries), unknown, missing);
}

Operand Graph::equals(const Column &column, std::string_view text, const XmlElement &at) {
  double value = model::kUnknownCategory - 1;  // nothing is this
  if (column.is_text()) {
    if (const auto index = column.texts->find(text)) value = *index;
  } else {
    const std::optional<double> number = parse_value(text, column.type);
    if (!number) at.refuse("value " + shown(text) + " does not fit the type of the field");
    value = *number;
  }
  return apply(Op::kEqual, {column.operand, Operand::value(value)});
}

Operand Graph::is_in(const Column &column, const std::vector<std::string> &texts,
                     const XmlElement &at) {
  if (!column.is_text()) {
    std::vector<std::pair<double, double>> entries;
    for (const std::string &text : texts) {
      const std::optional<double> number = parse_value(text, column.type);
      if (!number) at.refuse("value " + shown(text) + " does not fit the type of the field");
      entries.emplace_back(*number, 1);
    }
    return number_table(column.operand, std::move(entries), 0);
  }
  std::vector<std::uint32_t> found;
  for (const std::string &text : texts)
    if (const auto index = column.texts->find(text)) found.push_back(*index);
  std::vector<double> values(column.texts->size(), 0);
  for (std::uint32_t index : found) values[index] = 1;
  return text_table(column, std::move(values), 0);
}

Column Graph::with_texts(const Column &text, const std::shared_ptr<Texts> &texts) {
  if (text.texts == texts) return text;
  std::vector<double> values;
  // The input of a list that was asked about nothing may have categories: its texts after a
  // function.
  const ColumnId input = text.operand.column;
  bool same = text.operand.is_constant() || input >= builder().num_inputs() ||
              text.texts->size() > 0 || builder().inputs()[input].categories.empty();
  for (std::uint32_t i = 0; i < text.texts->size(); ++i) {
    const auto index = texts->find(text.texts->texts()[i]);
    values.push_back(index ? *index : model::kUnknownCategory);
    same = same && values.back() == i;
  }
  Column out = text;
  out.texts = texts;
  if (!same) out.operand = text_table(text, std::move(values), model::kUnknownCategory);
  return out;
}

Column Graph::text_constant(std::string text) {
  return {Operand::value(0), {Type::Kind::kString, 1970}, Texts::closed({std::move(text)})};
}

Column Graph::constant(std::string_view text, Type type, const XmlElement &at) {
  if (type.is_text()) return text_constant(std::string(text));
  const std::optional<double> number = parse_value(text, type);
  if (!number) at.refuse("value " + shown(text) + " does not fit its type");
  return {Operand::value(*number), type, nullptr};
}

Operand Graph::choose(Operand condition, Operand x, Operand y) {
  return select(if_missing(condition, Operand::value(0)), x, y);
}

Operand Graph::sum(const std::vector<Operand> &terms, model::Precision precision) {
  return terms.empty() ? Operand::value(0) : reduce(model::Reduction::kSum, terms, precision);
}

Column Graph::cast(Column column, Type type, const XmlElement &at) {
  using Kind = Type::Kind;
  if (type.kind == column.type.kind && type.year == column.type.year) return column;
  if (type.is_text()) {
    if (column.is_text()) return column;
    if (column.operand.is_constant()) {
      if (std::isnan(column.operand.constant)) return {column.operand, type, Texts::closed({})};
      return text_constant(text_of_value(column.operand.constant, column.type));
    }
    if (column.type.kind == Kind::kBoolean)
      return {apply(Op::kNotEqual, {column.operand, Operand::value(0)}), type,
              Texts::closed({"false", "true"})};
    at.refuse_unsupported("a number that becomes a string");
  }
  if (column.is_text()) {
    if (column.texts->is_open())
      at.refuse_unsupported("a string without declared values that becomes a number");
    std::vector<double> values;
    for (const std::string &text : column.texts->texts())
      values.push_back(parse_value(text, type).value_or(kMissing));
    return {text_table(column, std::move(values), kMissing), type, nullptr};
  }
  auto days = [](const Type &of) {
    return of.kind == Kind::kDaysSince || of.kind == Kind::kSecondsSince ? days_before_year(of.year)
                                                                         : 0;
  };
  auto is_days = [](const Type &of) {
    return of.kind == Kind::kDate || of.kind == Kind::kDaysSince;
  };
  auto is_seconds = [](const Type &of) {
    return of.kind == Kind::kDateTime || of.kind == Kind::kSecondsSince;
  };
  Operand operand = column.operand;
  if ((is_days(column.type) || is_seconds(column.type)) && (is_days(type) || is_seconds(type))) {
    if (is_seconds(column.type) && is_days(type))
      operand = apply(Op::kFloor, {apply(Op::kDivide, {operand, Operand::value(86400)})});
    else if (is_days(column.type) && is_seconds(type))
      operand = apply(Op::kMultiply, {operand, Operand::value(86400)});
    const double shift = (days(column.type) - days(type)) * (is_seconds(type) ? 86400 : 1);
    if (shift != 0) operand = apply(Op::kAdd, {operand, Operand::value(shift)});
  } else if (is_seconds(column.type) && type.unit() == model::Unit::kSecondsOfDay) {
    operand = apply(Op::kModulo, {operand, Operand::value(86400)});
  } else if (type.kind == Kind::kInteger &&
             (column.type.kind == Kind::kDouble || column.type.kind == Kind::kFloat)) {
    operand = apply(Op::kRound, {operand});
  } else if (type.kind == Kind::kFloat) {
    operand = apply(Op::kToFloat32, {operand});
  } else if (type.kind == Kind::kBoolean) {
    operand = apply(Op::kNotEqual, {operand, Operand::value(0)});
  }
  return {operand, type, nullptr};
}

}  // namespace pgscore::formats::pmml
