// What the schemas of PMML 3.0 to 4.4 know, and what this reader makes of it: a table of all
// elements of the models that it reads. Whatever a document says and the table does not know is
// refused, so that nothing that a producer meant is passed over in silence.
// docs/formats/pmml-elements.md is made from the table.
#pragma once
#include <string>

#include "base/interrupt.hpp"
#include "formats/wire/xml_document.hpp"

namespace pgscore::formats::pmml {

/// Checks `element` and everything inside of it that can have an effect on scores: every attribute
/// and every child must be one that the table knows, used or without effect; children that may be
/// there once are. Attributes and elements of other namespaces, and what stands in an Extension,
/// are left alone. Throws kUnsupportedModel for what the standard has and this reader does not,
/// kInvalidModel for what no version has.
void check_schema(const XmlElement &element, Interrupt interrupt);

/// The same of the root: its attributes, the dictionaries and `model`, the one that is read.
void check_document(const XmlElement &root, const XmlElement &model, Interrupt interrupt);

/// The page docs/formats/pmml-elements.md.
std::string schema_page();

}  // namespace pgscore::formats::pmml
