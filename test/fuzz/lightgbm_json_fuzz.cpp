// A fuzzer's bytes as a LightGBM dump in JSON: an Error, or a model that verifies and can be
// scored.
#include "formats/lightgbm/lightgbm.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::lightgbm::sniff_json(bytes);
  pgscore::fuzz::load_and_score("lightgbm-json", bytes);
  return 0;
}
