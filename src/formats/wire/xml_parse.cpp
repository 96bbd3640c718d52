#include "formats/wire/xml_parse.hpp"

#include <cstddef>
#include <cstdlib>
#include <exception>

namespace pgscore::formats {
namespace {

/// What the function that gives memory has to know: pugixml tells it a size only.
struct Parse {
  Interrupt interrupt;
  std::exception_ptr thrown;
};
thread_local Parse *current = nullptr;

void *allocate(std::size_t size) {
  if (current->thrown) return nullptr;
  try {
    current->interrupt.check();
  } catch (...) {
    current->thrown = std::current_exception();
    return nullptr;
  }
  return std::malloc(size);
}

}  // namespace

pugi::xml_parse_result parse_xml(pugi::xml_document &document, std::vector<char> &text,
                                 unsigned options, Interrupt interrupt) {
  Parse parse{interrupt, nullptr};
  current = &parse;
  pugi::set_memory_management_functions(allocate, std::free);
  const pugi::xml_parse_result result =
      document.load_buffer_inplace(text.data(), text.size(), options, pugi::encoding_utf8);
  pugi::set_memory_management_functions(std::malloc, std::free);
  current = nullptr;
  if (parse.thrown) std::rethrow_exception(parse.thrown);
  return result;
}

}  // namespace pgscore::formats
