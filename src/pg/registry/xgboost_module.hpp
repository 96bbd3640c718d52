// Scores a model with the XGBoost library itself, through the module pgscore_xgboost. The module is
// loaded when verify_model asks for it.
#pragma once
#include <cstddef>
#include <span>

#include "formats/xgboost/copy.hpp"
#include "pg/registry/xgboost_interface.hpp"

namespace pgscore::pg {

class XGBoostModel {
 public:
  /// Loads the module and reads the model. It takes copies only, never a file that a user gave:
  /// the library trusts what it reads. Throws kUnsupportedModel when the module is not installed or
  /// the library cannot read the model.
  explicit XGBoostModel(const formats::xgboost::Copy &model);
  ~XGBoostModel() { close_(handle_); }
  XGBoostModel(const XGBoostModel &) = delete;
  XGBoostModel &operator=(const XGBoostModel &) = delete;

  struct Margins {
    std::span<const float> values;  // row-major; valid until the next call
    std::size_t width;
  };
  /// Scores `rows` rows, at least one, with all boosting rounds. `features` is row-major, with one
  /// float32 for each feature of each row; NaN is missing. Throws kUnsupportedModel with the words
  /// of the library when it refuses.
  Margins margins(std::span<const float> features, std::size_t rows);

 private:
  pgscore_xgboost_margins_t margins_;
  pgscore_xgboost_close_t close_;
  void *handle_ = nullptr;
};

}  // namespace pgscore::pg
