// Built-in functions of texts: computed for every text of the list, at import; of a field without
// declared values when it is read, where the input can do that (model::TextOperation).
#pragma once
#include <vector>

#include "formats/pmml/column.hpp"

namespace pgscore::formats::pmml {

// `at`: for messages.

/// substring, uppercase, lowercase, trimBlanks.
Column change_text(const Column &text, const model::TextOperation &operation, Graph &graph,
                   const XmlElement &at);
/// substring: `length` characters from number `first` on, counted from 1.
Column substring_of(const Column &text, double first, double length, Graph &graph,
                    const XmlElement &at);
// A text without declared values is refused.
Column length_of_text(const Column &text, Graph &graph, const XmlElement &at);
Column concatenate_texts(const std::vector<Column> &parts, Graph &graph, const XmlElement &at);

}  // namespace pgscore::formats::pmml
