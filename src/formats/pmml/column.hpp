// What PMML calls a field, as a column of the graph: a number, or a text out of a list.
//
// Text exists at import only. A text column holds the index of its text in a list that the column
// brings along; so a function of texts is a table. A field that is a string without declared values
// takes any text: its list is open and holds the texts that the model asks about, everything else
// is kUnknownCategory. Open lists grow while the model is read, which is why pmml.cpp reads a model
// with such fields twice. A function of such a field's texts is left to the input (its text
// operations): its result is the same column with another open list, of texts after the function;
// only one of these lists may be asked.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/graph/node_writer.hpp"
#include "formats/wire/xml_document.hpp"
#include "model/builder.hpp"

namespace pgscore::formats::pmml {

/// PMML's dataType. Values of all but kString are numbers: a boolean is 1 or 0; dates and times
/// count as model::Unit does.
struct Type {
  enum class Kind : std::uint8_t {
    kString,
    kInteger,
    kFloat,
    kDouble,
    kBoolean,
    kDate,             // days since 1970-01-01
    kDateTime,         // seconds since 1970-01-01 00:00
    kTime,             // seconds since midnight
    kDaysSince,        // days since the first day of `year`
    kSecondsSince,     // seconds since the first second of `year`
    kSecondsOfTheDay,  // as kTime
  };
  Kind kind = Kind::kDouble;
  int year = 1970;

  /// Boolean, date and time types are neither text nor number here. unit() is how a date or time
  /// counts (that of kDaysSince and kSecondsSince does not know their year), kNone for other types.
  bool is_text() const { return kind == Kind::kString; }
  bool is_number() const {
    return kind == Kind::kInteger || kind == Kind::kFloat || kind == Kind::kDouble;
  }
  model::Unit unit() const;
};

/// nullopt when PMML has no such type. "string", "dateDaysSince[1960]".
std::optional<Type> find_type(std::string_view name);
/// The dataType of `element`, `otherwise` when it has none.
Type type_of(const XmlElement &element, Type otherwise);
/// The number that `text` stands for as a value of `type`, which is no text; nullopt when it stands
/// for none. Blanks around it are left out.
std::optional<double> parse_value(std::string_view text, Type type);
/// `number` as PMML writes a value of `type`.
std::string text_of_value(double number, Type type);
/// Days from 1970-01-01 to the first day of `year`.
double days_before_year(int year);

class Texts {
 public:
  /// Make a list of distinct texts: of equal ones only the first gets an index. A closed list never
  /// changes; an open one grows by what find() is asked for.
  static std::shared_ptr<Texts> closed(std::vector<std::string> texts);
  static std::shared_ptr<Texts> open(std::vector<std::string> texts);
  /// A list of texts that come from other lists; asked for another one, it asks the open ones of
  /// them.
  static std::shared_ptr<Texts> derived(std::vector<std::string> texts,
                                        std::vector<std::shared_ptr<Texts>> sources);

  /// Gives the texts by index. When an open list grows, indices keep their texts, but references to
  /// single texts end.
  const std::vector<std::string> &texts() const { return texts_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }
  bool is_open() const { return open_; }
  /// The index of `text`; an open list takes it in. nullopt when it cannot occur.
  std::optional<std::uint32_t> find(std::string_view text);

  /// Makes this the open list of an input's own texts.
  void set_input(model::ColumnId input) { input_ = input; }
  /// Whether `column` is an input with the texts of this list, so that after() is right.
  bool is_of_input(model::Operand column) const {
    return !column.is_constant() && input_ == column.column;
  }
  /// The list of the same input's texts after one more operation; the same list for the same
  /// operation. `at` asks for it.
  std::shared_ptr<Texts> after(const model::TextOperation &operation, const XmlElement &at);
  /// Of the lists that after() makes of this one and of theirs, and of this one, those that were
  /// asked about a text.
  std::vector<const Texts *> asked() const;
  /// What makes the texts of this list from the input's own.
  const std::vector<model::TextOperation> &operations() const { return operations_; }
  /// The place of the first function that asked for this list.
  const std::string &place() const { return place_; }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> index_;
  std::vector<std::shared_ptr<Texts>> sources_;
  bool open_ = false;
  std::optional<model::ColumnId> input_;
  std::vector<model::TextOperation> operations_;
  std::vector<std::shared_ptr<Texts>> after_;  // one more operation each
  std::string place_;
};

struct Column {
  model::Operand operand;
  Type type;
  std::shared_ptr<Texts> texts;  // of a text
  /// Whether the operand is an index in `texts`; false for missing_column() of the type string as
  /// well.
  bool is_text() const { return texts != nullptr; }
};

/// Makes a column without texts. `kind` is none of kString, and none that counts from another year
/// than 1970.
inline Column number_column(model::Operand operand, Type::Kind kind = Type::Kind::kDouble) {
  return {operand, {kind, 1970}, nullptr};
}

/// Makes a constant that is missing for every row. It has no texts, even when `type` is a string.
inline Column missing_column(Type type = {}) {
  return {model::Operand::value(model::kMissing), type, nullptr};
}

/// Writes nodes of operations on columns, texts among them.
class Graph : public NodeWriter {
 public:
  /// Keeps a reference to the builder, which must outlive the graph.
  explicit Graph(model::Builder &builder)
      : NodeWriter(builder, budget_), budget_(builder.interrupt()) {}

  /// A number for each text of the column's list. `unknown`: for a text that is not in it.
  model::Operand text_table(const Column &text, std::vector<double> values, double unknown,
                            double missing = model::kMissing);
  /// A number for each of some numbers, which need not be sorted; of equal keys the first counts.
  model::Operand number_table(model::Operand input, std::vector<std::pair<double, double>> entries,
                              double unknown, double missing = model::kMissing);
  /// 1 where the column has the value that `text` stands for, 0 where it has another one, missing
  /// where it is missing. `at`: for messages.
  model::Operand equals(const Column &column, std::string_view text, const XmlElement &at);
  /// 1 where it has one of the values.
  model::Operand is_in(const Column &column, const std::vector<std::string> &texts,
                       const XmlElement &at);
  /// The text column with its indices in another list. Texts that are not in it are unknown.
  Column with_texts(const Column &text, const std::shared_ptr<Texts> &texts);
  Column text_constant(std::string text);
  /// The constant that `text` stands for as a value of `type`.
  Column constant(std::string_view text, Type type, const XmlElement &at);
  /// x where `condition` is true, y where it is false or missing.
  model::Operand choose(model::Operand condition, model::Operand x, model::Operand y);
  model::Operand sum(const std::vector<model::Operand> &terms,
                     model::Precision precision = model::Precision::kFloat64);
  Column cast(Column column, Type type, const XmlElement &at);
  /// 1 where `column` is missing, 0 elsewhere.
  model::Operand is_missing(const Column &column) {
    return apply(model::Op::kIsMissing, {column.operand});
  }

 private:
  /// Refuses tables that are larger together than what a model may have.
  void count_entries(std::size_t entries);

  Budget budget_;  // nothing but interrupts: tables have a quota of their own
  std::uint64_t num_entries_ = 0;
};

}  // namespace pgscore::formats::pmml
