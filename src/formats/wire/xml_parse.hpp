// pugixml parses a document in one call. What can be interrupted in the middle of it is its memory:
// a page of nodes at a time.
#pragma once
#include <pugixml.hpp>
#include <vector>

#include "base/interrupt.hpp"

namespace pgscore::formats {

/// pugi::xml_document::load_buffer_inplace of UTF-8. Each page of memory that pugixml asks for asks
/// `interrupt` too; if that throws, pugixml gets no more memory, gives up, and the exception goes
/// on from here.
pugi::xml_parse_result parse_xml(pugi::xml_document &document, std::vector<char> &text,
                                 unsigned options, Interrupt interrupt);

}  // namespace pgscore::formats
