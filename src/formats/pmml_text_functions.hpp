// Built-in functions of texts: computed for every text of the list, at import; of a field without
// declared values when it is read, where the input can do that (model::TextOperation).
#pragma once
#include <vector>

#include "formats/pmml_column.hpp"

namespace pgscore::formats {

// `at`: for messages.

/// substring, uppercase, lowercase, trimBlanks.
PmmlColumn pmml_change_text(const PmmlColumn &text, const model::TextOperation &operation,
                            PmmlGraph &graph, const XmlElement &at);
/// substring: `length` characters from number `first` on, counted from 1.
PmmlColumn pmml_substring(const PmmlColumn &text, double first, double length, PmmlGraph &graph,
                          const XmlElement &at);
// A text without declared values is refused.
PmmlColumn pmml_string_length(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at);
PmmlColumn pmml_concat(const std::vector<PmmlColumn> &parts, PmmlGraph &graph,
                       const XmlElement &at);

}  // namespace pgscore::formats
