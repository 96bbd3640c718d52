// A fuzzer's bytes as a pgscore JSON file: an Error, or a model that can be scored.
#include <vector>

#include "formats/format.hpp"
#include "formats/pgscore_json/pgscore_json.hpp"
#include "model/interpret.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  Limits limits;
  limits.max_nodes = 100'000;
  limits.max_columns = 10'000;
  limits.max_outputs = 1'000;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  formats::pgscore_json::sniff(bytes);
  try {
    const model::Model model = formats::load("pgscore-json", {bytes, {}, {}, {}}, limits);
    for (const double value : {0.0, 1.0, -1.0, 1e300, model::kMissing}) {
      const std::vector<double> row(model.inputs.size(), value);
      model::interpret(model, row);
      model::interpret_leaves(model, row);
    }
  } catch (const Error &) {
  }
  return 0;
}
