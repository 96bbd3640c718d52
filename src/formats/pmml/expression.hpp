// PMML's expressions and predicates -> columns.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml/fields.hpp"

namespace pgscore::formats::pmml {

/// Whether PMML calls this element an expression.
bool is_expression(const XmlElement &element);
/// The value of an expression. `wanted`: the type that the result shall have, where the expression
/// itself does not say.
Column evaluate_expression(const XmlElement &expression, Scope &scope,
                           std::optional<Type> wanted = std::nullopt);
/// The value of a DerivedField: its expression as its data type.
Column evaluate_derived_field(const XmlElement &derived_field, Scope &scope);
/// An Apply: a built-in function or one of the document.
Column apply_function(const XmlElement &apply, Scope &scope, std::optional<Type> wanted);

/// What PMML has by that name, and whether it is supported: for docs/formats/pmml.md.
struct Support {
  std::string_view name;
  bool is_supported;
};

/// Both list what PMML 4.4 has, supported or not, in the order of the code's own tables. The names
/// live as long as the program.
std::vector<Support> supported_expressions();
std::vector<Support> supported_functions();

/// Whether PMML calls this element a predicate.
bool is_predicate(const XmlElement &element);
/// The predicate inside of `parent`, which must have exactly one.
XmlElement predicate_of(const XmlElement &parent);
/// 1, 0, or missing where PMML calls the predicate unknown.
model::Operand evaluate_predicate(const XmlElement &predicate, Scope &scope);

/// The elements of an Array, of any type, as texts: between blanks, or in quotes.
std::vector<std::string> read_array(const XmlElement &array);
/// The numbers of an Array, of a REAL-SparseArray or of an INT-SparseArray.
std::vector<double> read_numbers(const XmlElement &array);
/// The cells of the rows of an InlineTable: for each row the texts of `columns`, none where the row
/// has no such cell.
std::vector<std::vector<std::optional<std::string>>> read_inline_table(
    const XmlElement &parent, const std::vector<std::string> &columns);

}  // namespace pgscore::formats::pmml
