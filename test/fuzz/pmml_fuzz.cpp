// A fuzzer's bytes as a PMML document: an Error, or a model that verifies and can be scored.
#include "formats/pmml/pmml.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::pmml::sniff(bytes);
  pgscore::fuzz::load_and_score("pmml", bytes);
  return 0;
}
