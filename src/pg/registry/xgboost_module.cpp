#include "pg/registry/xgboost_module.hpp"

#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

constexpr char kLibrary[] = "$libdir/pgscore_xgboost";

template <class Function>
Function load_function(const char *name) {
  try {
    return reinterpret_cast<Function>(
        call([name] { return load_external_function(kLibrary, name, true, nullptr); }));
  } catch (const PgError &error) {
    // The statement fails anyway; this adds advice that the dynamic loader does not have.
    throw Error(ErrorCode::kUnsupportedModel, "could not load the XGBoost library",
                std::string(error.data->message != nullptr ? error.data->message : "") + ".",
                "Build pgscore where libxgboost is installed (make WITH_XGBOOST=1), or call "
                "verify_model without a query.");
  }
}

[[noreturn]] void throw_library_error(const char *what, const char *error) {
  throw Error(ErrorCode::kUnsupportedModel, what, std::string("XGBoost says: ") + error);
}

}  // namespace

XGBoostModel::XGBoostModel(const formats::xgboost::Copy &model)
    : margins_(load_function<pgscore_xgboost_margins_t>("pgscore_xgboost_margins")),
      close_(load_function<pgscore_xgboost_close_t>("pgscore_xgboost_close")) {
  const auto open = load_function<pgscore_xgboost_open_t>("pgscore_xgboost_open");
  char error[512];
  if (open(model.json.data(), model.json.size(), model.major, model.minor, &handle_, error,
           sizeof error) != 0)
    throw_library_error("the XGBoost library cannot read the model", error);
}

XGBoostModel::Margins XGBoostModel::margins(std::span<const float> features, std::size_t rows) {
  const float *values = nullptr;
  std::size_t width = 0;
  char error[512];
  if (margins_(handle_, features.data(), rows, features.size() / rows, &values, &width, error,
               sizeof error) != 0)
    throw_library_error("the XGBoost library cannot score the rows", error);
  return {{values, rows * width}, width};
}

}  // namespace pgscore::pg
