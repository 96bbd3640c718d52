// Any text as a planner's constant: it is refused, or read and written back unchanged.
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "registry/planned_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore::registry;
  const std::string text(reinterpret_cast<const char *>(data), size);
  try {
    const PlannedModel planned = parse_planned_model(text);
    if (to_text(parse_planned_model(to_text(planned))) != to_text(planned)) std::abort();
    static_cast<void>(as_planned_elsewhere(planned));
  } catch (const pgscore::Error &) {
  }
  return 0;
}
