// Built-in functions of texts: computed for every text of the list, at import.
#pragma once
#include <vector>

#include "formats/pmml_column.hpp"

namespace pgscore::formats {

// `at`: for messages. A text without declared values is refused.
PmmlColumn pmml_uppercase(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at);
PmmlColumn pmml_lowercase(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at);
PmmlColumn pmml_trim_blanks(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at);
PmmlColumn pmml_string_length(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at);
/// Characters first, first + 1, ..., counted from 1.
PmmlColumn pmml_substring(const PmmlColumn &text, double first, double length, PmmlGraph &graph, const XmlElement &at);
PmmlColumn pmml_concat(const std::vector<PmmlColumn> &parts, PmmlGraph &graph, const XmlElement &at);

}  // namespace pgscore::formats
