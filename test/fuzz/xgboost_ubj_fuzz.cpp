// A fuzzer's bytes as an XGBoost model in UBJSON.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "xgboost-ubj"; }
