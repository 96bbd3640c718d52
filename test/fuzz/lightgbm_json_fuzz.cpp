// A fuzzer's bytes as a LightGBM dump in JSON.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "lightgbm-json"; }
