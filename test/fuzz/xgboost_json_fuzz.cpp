// A fuzzer's bytes as an XGBoost model in JSON.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "xgboost-json"; }
