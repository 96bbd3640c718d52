#include <array>

#include "formats/catboost.hpp"
#include "formats/foreign_file.hpp"
#include "formats/format.hpp"
#include "formats/lightgbm.hpp"
#include "formats/onnx.hpp"
#include "formats/pgscore_json.hpp"
#include "formats/pmml.hpp"
#include "formats/xgboost.hpp"
#include "formats/xgboost_dump.hpp"

namespace pgscore::formats {
namespace {

// One line per format. The order is the order of sniffing: a format whose first bytes say more
// comes first.
constexpr std::array kFormats = {
    Format{"pgscore-json", "pgscore interchange format in JSON (models/export)", sniff_pgscore_json,
           load_pgscore_json},
    Format{"xgboost-json", "XGBoost model in JSON (save_model('m.json'))", sniff_xgboost_json,
           load_xgboost_json},
    Format{"xgboost-ubj", "XGBoost model in UBJSON (save_model('m.ubj'))", sniff_xgboost_ubjson,
           load_xgboost_ubjson},
    Format{"xgboost-binary", "XGBoost model in the binary format of versions up to 3.0",
           sniff_xgboost_binary, load_xgboost_binary},
    Format{"xgboost-dump", "XGBoost dump, text or JSON (Booster.dump_model); needs options",
           sniff_xgboost_dump, load_xgboost_dump},
    Format{"lightgbm-text", "LightGBM model (Booster.save_model('m.txt'))", sniff_lightgbm_text,
           load_lightgbm_text},
    Format{"lightgbm-json", "LightGBM dump in JSON (Booster.dump_model())", sniff_lightgbm_json,
           load_lightgbm_json},
    Format{"catboost-cbm", "CatBoost model (save_model('m.cbm'))", sniff_catboost_cbm,
           load_catboost_cbm},
    Format{"catboost-json", "CatBoost model in JSON (save_model('m.json', format='json'))",
           sniff_catboost_json, load_catboost_json},
    Format{"pmml", "PMML document, versions 3.0 to 4.4", sniff_pmml, load_pmml},
    Format{"onnx", "ONNX model (.onnx)", sniff_onnx, load_onnx},
};

}  // namespace

std::span<const Format> format_table() { return kFormats; }

const Format &find_format(std::string_view name, Bytes bytes) {
  std::string known;
  for (const Format &format : kFormats) {
    if (name == "auto" ? format.sniff(bytes) : name == format.name) return format;
    known += (known.empty() ? "" : ", ") + std::string(format.name);
  }
  if (name != "auto")
    throw Error(ErrorCode::kInvalidArgument, "unknown model format \"" + std::string(name) + "\"",
                {}, "Formats are: " + known + ".");
  if (const std::optional<ForeignFile> file = recognize_foreign_file(bytes))
    throw Error(ErrorCode::kInvalidModel, "could not recognize the format of the model",
                "The file is " + file->what + ".",
                file->advice.empty() ? "Formats are: " + known + "." : file->advice);
  if (bytes.empty())
    throw Error(ErrorCode::kInvalidModel, "the artifact is empty", {},
                "Pass the bytes of a model file.");
  throw Error(ErrorCode::kInvalidModel, "could not recognize the format of the model", {},
              "Formats are: " + known +
                  ". If it is one of them, say which with format => '...': then the error says "
                  "what is wrong with the file.");
}

}  // namespace pgscore::formats
