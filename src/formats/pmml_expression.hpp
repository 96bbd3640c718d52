// PMML's expressions and predicates -> columns.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml_fields.hpp"

namespace pgscore::formats {

/// Whether PMML calls this element an expression.
bool is_pmml_expression(const XmlElement &element);
/// The value of an expression. `wanted`: the type that the result shall have, where the expression
/// itself does not say.
PmmlColumn evaluate_pmml_expression(const XmlElement &expression, PmmlScope &scope,
                                    std::optional<PmmlType> wanted = std::nullopt);
/// The value of a DerivedField: its expression as its data type.
PmmlColumn evaluate_pmml_derived_field(const XmlElement &derived_field, PmmlScope &scope);
/// An Apply: a built-in function or one of the document.
PmmlColumn apply_pmml_function(const XmlElement &apply, PmmlScope &scope,
                               std::optional<PmmlType> wanted);

/// What PMML has by that name, and whether it is supported: for models/formats/pmml.md.
struct PmmlSupport {
  std::string_view name;
  bool is_supported;
};
std::vector<PmmlSupport> pmml_expressions();
std::vector<PmmlSupport> pmml_functions();

/// Whether PMML calls this element a predicate.
bool is_pmml_predicate(const XmlElement &element);
/// The predicate inside of `parent`, which must have exactly one.
XmlElement pmml_predicate_of(const XmlElement &parent);
/// 1, 0, or missing where PMML calls the predicate unknown.
model::Operand evaluate_pmml_predicate(const XmlElement &predicate, PmmlScope &scope);

/// The elements of an Array, of any type, as texts: between blanks, or in quotes.
std::vector<std::string> read_pmml_array(const XmlElement &array);
/// The numbers of an Array, of a REAL-SparseArray or of an INT-SparseArray.
std::vector<double> read_pmml_numbers(const XmlElement &array);
/// The cells of the rows of an InlineTable: for each row the texts of `columns`, none where the row
/// has no such cell.
std::vector<std::vector<std::optional<std::string>>> read_pmml_table(
    const XmlElement &parent, const std::vector<std::string> &columns);

}  // namespace pgscore::formats
