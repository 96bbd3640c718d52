// A fuzzer's bytes as a LightGBM text model: an Error, or a model that verifies and can be scored.
#include "formats/lightgbm/lightgbm.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::lightgbm::sniff_text(bytes);
  pgscore::fuzz::load_and_score("lightgbm-text", bytes);
  return 0;
}
