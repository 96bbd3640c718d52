#include "formats/pmml/mining_field.hpp"

#include <algorithm>
#include <array>

#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

bool is_target(const XmlElement &mining_field) {
  const std::string_view usage = mining_field.attribute("usageType").value_or("active");
  return usage == "target" || usage == "predicted";
}

/// Usages whose fields are no inputs.
bool is_ignored(const XmlElement &mining_field) {
  constexpr std::array kIgnored = {std::string_view("group"), std::string_view("order"),
                                   std::string_view("frequencyWeight"),
                                   std::string_view("analysisWeight")};
  constexpr std::array kRead = {std::string_view("active"), std::string_view("supplementary"),
                                std::string_view("target"), std::string_view("predicted")};
  const std::string_view usage = mining_field.attribute("usageType").value_or("active");
  if (std::find(kRead.begin(), kRead.end(), usage) != kRead.end()) return false;
  if (std::find(kIgnored.begin(), kIgnored.end(), usage) == kIgnored.end())
    mining_field.refuse("unknown usageType " + shown(usage));
  return true;
}

Invalid invalid_treatment(const XmlElement &mining_field) {
  const std::string_view name =
      mining_field.attribute("invalidValueTreatment").value_or("returnInvalid");
  if (name == "returnInvalid") return Invalid::kReturnInvalid;
  if (name == "asIs") return Invalid::kAsIs;
  if (name == "asMissing") return Invalid::kAsMissing;
  if (name == "asValue") return Invalid::kAsValue;
  mining_field.refuse("unknown invalidValueTreatment " + shown(name));
}

namespace {

/// The other treatments say where missingValueReplacement comes from, and nothing else.
bool missing_returns_invalid(const XmlElement &mining_field) {
  const std::string_view name = mining_field.attribute("missingValueTreatment").value_or("asIs");
  constexpr std::array kNames = {std::string_view("asIs"),    std::string_view("asMean"),
                                 std::string_view("asMode"),  std::string_view("asMedian"),
                                 std::string_view("asValue"), std::string_view("returnInvalid")};
  if (std::find(kNames.begin(), kNames.end(), name) == kNames.end())
    mining_field.refuse("unknown missingValueTreatment " + shown(name));
  return name == "returnInvalid";
}

/// The treatments of one field, in the order in which PMML applies them.
class Treatment {
 public:
  Treatment(const XmlElement &mining_field, const DataField *field, Column column, Reading &reading)
      : mining_field_(mining_field),
        field_(field),
        column_(std::move(column)),
        reading_(reading),
        graph_(reading.graph()) {}

  const Column &column() const { return column_; }

  /// Makes declared missing values missing.
  void remove_missing() {
    if (field_ != nullptr && !field_->missing.empty()) make_missing(is_declared(field_->missing));
  }

  /// Treats invalid values. `is_input`: nothing around has treated them yet.
  void treat_invalid(bool is_input) {
    const Invalid treatment = invalid_treatment(mining_field_);
    if (field_ == nullptr ||
        !(is_input || treatment == Invalid::kAsMissing || treatment == Invalid::kAsValue))
      return;
    const Operand invalid = is_invalid(treatment, is_input);
    if (invalid.is_constant() && invalid.constant == 0) return;
    if (treatment == Invalid::kReturnInvalid) reading_.add_invalid(invalid);
    if (treatment == Invalid::kAsMissing) make_missing(invalid);
    if (treatment == Invalid::kAsValue) {
      const Operand replacement = value_of(mining_field_.required("invalidValueReplacement"));
      column_.operand = graph_.choose(invalid, replacement, column_.operand);
    }
  }

  void treat_outliers() {
    const std::string_view outliers = mining_field_.attribute("outliers").value_or("asIs");
    if (outliers == "asIs") return;
    if (column_.is_text()) mining_field_.refuse("outliers of a string");
    const std::optional<double> low = mining_field_.number("lowValue"),
                                high = mining_field_.number("highValue");
    if (outliers == "asMissingValues") {
      Operand outlying = Operand::value(0);
      if (low) outlying = either(outlying, compare(Op::kLess, *low));
      if (high) outlying = either(outlying, compare(Op::kGreater, *high));
      make_missing(outlying);
    } else if (outliers == "asExtremeValues") {
      if (low) column_.operand = compare(Op::kMax, *low);
      if (high) column_.operand = compare(Op::kMin, *high);
    } else {
      mining_field_.refuse("unknown treatment of outliers " + shown(outliers));
    }
  }

  void replace_missing() {
    if (missing_returns_invalid(mining_field_)) reading_.add_invalid(graph_.is_missing(column_));
    if (const auto replacement = mining_field_.attribute("missingValueReplacement")) {
      const Operand value = value_of(*replacement);
      column_.operand = graph_.if_missing(column_.operand, value);
    }
  }

 private:
  Operand either(Operand a, Operand b) { return graph_.apply(Op::kOr, {a, b}); }
  Operand compare(Op op, double bound) {
    return graph_.apply(op, {column_.operand, Operand::value(bound)});
  }
  void make_missing(Operand where) {
    column_.operand = graph_.choose(where, Operand::value(kMissing), column_.operand);
  }

  /// Whether the column is one of these values; those that are no values of its type never occur.
  Operand is_declared(const std::vector<std::string> &values) {
    std::vector<std::string> texts;
    for (const std::string &text : values)
      if (column_.is_text() || parse_value(text, column_.type)) texts.push_back(text);
    return graph_.is_in(column_, texts, field_->element);
  }

  /// Whether a value is none of those that are declared to be valid, where some are.
  Operand is_not_valid() {
    Operand valid = Operand::value(0);
    if (!field_->valid.empty()) valid = graph_.is_in(column_, field_->valid, field_->element);
    if (column_.is_text()) return graph_.apply(Op::kNot, {valid});
    for (const Interval &interval : field_->intervals)
      valid = either(valid, lies_in(graph_, column_.operand, interval));
    return graph_.apply(Op::kNot, {valid});
  }

  Operand is_invalid(Invalid treatment, bool is_input) {
    const Operand invalid =
        field_->invalid.empty() ? Operand::value(0) : is_declared(field_->invalid);
    const bool has_valid =
        !field_->valid.empty() || (!column_.is_text() && !field_->intervals.empty());
    if (!has_valid) return invalid;
    // The input itself refuses other texts or lets them be missing, unless they are replaced.
    const bool asks = column_.is_text() ? treatment == Invalid::kAsValue || !is_input
                                        : treatment != Invalid::kAsIs;
    return asks ? either(invalid, is_not_valid()) : invalid;
  }

  /// The constant that `text` stands for; the list of the column's texts takes it in.
  Operand value_of(std::string_view text) {
    if (!column_.is_text()) return graph_.constant(text, column_.type, mining_field_).operand;
    if (!column_.texts->find(text)) {
      std::vector<std::string> texts = column_.texts->texts();
      texts.emplace_back(text);
      column_ = graph_.with_texts(column_, Texts::derived(std::move(texts), {column_.texts}));
    }
    return Operand::value(*column_.texts->find(text));
  }

  const XmlElement &mining_field_;
  const DataField *field_;
  Column column_;
  Reading &reading_;
  Graph &graph_;
};

Column treat(Treatment treatment, bool is_input) {
  if (is_input) treatment.remove_missing();
  treatment.treat_invalid(is_input);
  treatment.treat_outliers();
  treatment.replace_missing();
  return treatment.column();
}

}  // namespace

Column treat_input(const XmlElement &mining_field, const DataField *field, Column column,
                   Reading &reading) {
  if (is_target(mining_field)) return column;
  return treat({mining_field, field, std::move(column), reading}, true);
}

Column treat_again(const XmlElement &mining_field, const DataField *field, Column column,
                   Reading &reading) {
  if (is_target(mining_field)) return column;
  return treat({mining_field, field, std::move(column), reading}, false);
}

}  // namespace pgscore::formats::pmml
