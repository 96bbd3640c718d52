// A fuzzer's bytes as a CatBoost .cbm model: an Error, or a model that verifies and can be scored.
#include "formats/catboost/catboost.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::catboost::sniff_cbm(bytes);
  pgscore::fuzz::load_and_score("catboost-cbm", bytes);
  return 0;
}
