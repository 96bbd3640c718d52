// A fuzzer's bytes as an XGBoost dump, JSON or text, with options that the size chooses: they are
// refused with an Error, or are a model that verifies and can be scored. And as base64 of anything.
#include "formats/base64_artifact.hpp"
#include "formats/xgboost/dump/dump.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::xgboost::sniff_dump(bytes);
  pgscore::formats::decode_base64_artifact(bytes);
  pgscore::formats::Options options;
  const char *objectives[] = {"reg:squarederror", "binary:logistic", "multi:softprob",
                              "count:poisson"};
  options.objective = objectives[size & 3];
  options.base_score = {0.5};
  if ((size & 3) == 2) options.num_class = 1 + (size >> 2 & 7);
  if ((size & 64) != 0) options.iterations = 1;
  pgscore::fuzz::load_and_score("xgboost-dump", bytes, options);
  return 0;
}
