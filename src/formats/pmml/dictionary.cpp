// DataDictionary and TransformationDictionary (PMML 4.4, DataDictionary, Transformations).
#include <cmath>

#include "formats/pmml/fields.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

Interval read_interval(const XmlElement &element) {
  Interval interval;
  const std::string_view closure = element.required("closure");
  if (closure != "openClosed" && closure != "openOpen" && closure != "closedOpen" &&
      closure != "closedClosed")
    element.refuse("unknown closure \"" + std::string(closure.substr(0, 40)) + "\"");
  interval.left_closed = closure.starts_with("closed");
  interval.right_closed = closure.ends_with("Closed");
  interval.left = element.number("leftMargin").value_or(interval.left);
  interval.right = element.number("rightMargin").value_or(interval.right);
  return interval;
}

Operand lies_in(Graph &graph, Operand x, const Interval &interval) {
  std::optional<Operand> left, right;
  if (std::isfinite(interval.left))
    left = graph.apply(interval.left_closed ? Op::kGreaterEqual : Op::kGreater,
                       {x, Operand::value(interval.left)});
  if (std::isfinite(interval.right))
    right = graph.apply(interval.right_closed ? Op::kLessEqual : Op::kLess,
                        {x, Operand::value(interval.right)});
  if (left && right) return graph.apply(Op::kAnd, {*left, *right});
  if (left) return *left;
  if (right) return *right;
  return graph.apply(Op::kEqual, {x, x});
}

Dictionary::Dictionary(const XmlElement &root) {
  for (const XmlElement element : root.required_child("DataDictionary").children("DataField")) {
    const std::string name(element.required("name"));
    const std::string_view optype = element.attribute("optype").value_or("continuous");
    if (optype != "continuous" && optype != "categorical" && optype != "ordinal")
      element.refuse("unknown optype \"" + std::string(optype.substr(0, 40)) + "\"");
    DataField field{
        element,
        type_of(element,
                {optype == "continuous" ? Type::Kind::kDouble : Type::Kind::kString, 1970}),
        optype == "continuous",
        {},
        {},
        {},
        {}};
    for (const XmlElement value : element.children("Value")) {
      const std::string_view property = value.attribute("property").value_or("valid");
      std::string text(value.required("value"));
      if (!field.type.is_text() && property != "missing" && property != "invalid" &&
          !parse_value(text, field.type))
        value.refuse("value does not fit the data type of field \"" + name + "\"");
      if (property == "valid")
        field.valid.push_back(std::move(text));
      else if (property == "invalid")
        field.invalid.push_back(std::move(text));
      else if (property == "missing")
        field.missing.push_back(std::move(text));
      else
        value.refuse("unknown property \"" + std::string(property.substr(0, 40)) + "\"");
    }
    for (const XmlElement interval : element.children("Interval"))
      field.intervals.push_back(read_interval(interval));
    if (!fields_.emplace(name, std::move(field)).second)
      element.refuse("field \"" + name + "\" is there twice");
  }
  for (const XmlElement taxonomy : root.required_child("DataDictionary").children("Taxonomy"))
    taxonomy.refuse_unsupported("taxonomies are not supported");
  if (const auto dictionary = root.child("TransformationDictionary"))
    for (const XmlElement element : dictionary->children()) {
      if (element.is("DerivedField"))
        derived_fields_.push_back(element);
      else if (element.is("DefineFunction"))
        add_function(element);
      else
        element.refuse("unexpected element");
    }
}

void Dictionary::add_function(const XmlElement &element) {
  const std::string name(element.required("name"));
  if (!functions_.emplace(name, element).second)
    element.refuse("function \"" + name + "\" is there twice");
}

const DataField *Dictionary::field(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? nullptr : &found->second;
}

const XmlElement *Dictionary::function(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

}  // namespace pgscore::formats::pmml
