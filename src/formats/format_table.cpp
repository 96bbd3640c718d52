#include <array>

#include "formats/catboost/catboost.hpp"
#include "formats/format.hpp"
#include "formats/lightgbm/lightgbm.hpp"
#include "formats/onnx/onnx.hpp"
#include "formats/pgscore_json/pgscore_json.hpp"
#include "formats/pmml/pmml.hpp"
#include "formats/xgboost/dump/dump.hpp"
#include "formats/xgboost/xgboost.hpp"

namespace pgscore::formats {
namespace {

// One line per format. The order is the order of sniffing: a format whose first bytes say more
// comes first.
constexpr std::array kFormats = {
    Format{"pgscore-json", "", "pgscore interchange format in JSON (models/export)",
           pgscore_json::sniff, pgscore_json::load},
    Format{"xgboost-json", "start_iteration iterations objective base_score",
           "XGBoost model in JSON (save_model('m.json'))", xgboost::sniff_json, xgboost::load_json},
    Format{"xgboost-ubj", "start_iteration iterations objective base_score",
           "XGBoost model in UBJSON (save_model('m.ubj'))", xgboost::sniff_ubjson,
           xgboost::load_ubjson},
    Format{"xgboost-binary", "start_iteration iterations objective base_score",
           "XGBoost model in the binary format of versions up to 3.0", xgboost::sniff_binary,
           xgboost::load_binary},
    Format{"xgboost-dump", "iterations objective base_score num_class num_target",
           "XGBoost dump, text or JSON (Booster.dump_model); needs options", xgboost::sniff_dump,
           xgboost::load_dump},
    Format{"lightgbm-text", "start_iteration iterations objective",
           "LightGBM model (Booster.save_model('m.txt'))", lightgbm::sniff_text,
           lightgbm::load_text},
    Format{"lightgbm-json", "start_iteration iterations objective",
           "LightGBM dump in JSON (Booster.dump_model())", lightgbm::sniff_json,
           lightgbm::load_json},
    Format{"catboost-cbm", "iterations objective", "CatBoost model (save_model('m.cbm'))",
           catboost::sniff_cbm, catboost::load_cbm},
    Format{"catboost-json", "iterations objective",
           "CatBoost model in JSON (save_model('m.json', format='json'))", catboost::sniff_json,
           catboost::load_json},
    Format{"pmml", "", "PMML document, versions 3.0 to 4.4", pmml::sniff, pmml::load},
    Format{"onnx", "", "ONNX model (.onnx)", onnx::sniff, onnx::load},
};

}  // namespace

std::span<const Format> format_table() { return kFormats; }

}  // namespace pgscore::formats
