// A fuzzer's bytes as an XGBoost model in the legacy binary format: an Error, or a model that
// verifies and can be scored.
#include "formats/xgboost/xgboost.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::xgboost::sniff_binary(bytes);
  pgscore::fuzz::load_and_score("xgboost-binary", bytes);
  return 0;
}
