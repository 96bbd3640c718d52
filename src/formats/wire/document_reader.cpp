#include "formats/wire/document_reader.hpp"

namespace pgscore::formats {

DocumentReader::DocumentReader(Bytes bytes, const Limits &limits, Interrupt interrupt)
    : begin_(as_text(bytes).data()),
      cursor_(begin_),
      end_(begin_ + bytes.size()),
      limits_(limits),
      interrupt_(interrupt),
      next_check_(begin_) {}

void DocumentReader::refuse(const std::string &what, const char *hint) const {
  throw Error(
      ErrorCode::kInvalidModel, what,
      "At byte " + std::to_string(position()) + " of " + std::to_string(end_ - begin_) + ".", hint);
}

void DocumentReader::check_nesting(std::size_t depth) const {
  check_limit(depth, limits_.max_nesting, "levels of nesting");
}

}  // namespace pgscore::formats
