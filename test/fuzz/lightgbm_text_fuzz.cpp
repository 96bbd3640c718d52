// A fuzzer's bytes as a LightGBM text model.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "lightgbm-text"; }
