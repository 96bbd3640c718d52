// What the types of a GeneralRegressionModel share: its linear predictors.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

/// ParameterList, FactorList, CovariateList, PPMatrix and ParamMatrix of a GeneralRegressionModel
/// (PMML 4.4, General Regression).
class LinearPredictors {
 public:
  /// Reads the lists of `model`, a GeneralRegressionModel; adds nothing to the graph yet, but warns
  /// of a parameter without a PPCell that is not the intercept. Keeps a reference to the scope.
  /// Throws kInvalidModel for a list that is missing or contradicts another one, kUnsupportedModel
  /// for a contrast matrix that is named but not given.
  LinearPredictors(const XmlElement &model, Scope &scope);

  /// The categories that cells of the ParamMatrix have, in order.
  const std::vector<std::string> &categories() const { return categories_; }
  bool has(std::string_view category) const { return cells_.find(category) != cells_.end(); }
  /// Sum of beta * x over the parameters of `category` ("" for cells without one), after those of
  /// `before` when there are such.
  model::Operand evaluate(std::string_view category,
                          std::optional<std::string_view> before = std::nullopt);
  /// Sum of beta * referencePoint over the parameters of cells without a category (Cox regression).
  double reference_point() const;
  model::Precision precision() const { return precision_; }

 private:
  struct Factor {
    XmlElement predictor;
    std::vector<std::string> categories;      // of a contrast matrix
    std::vector<std::vector<double>> matrix;  // by row: the category of the value; by column: that
                                              // of the cell. Empty: none
  };
  struct Cell {
    XmlElement element;
    std::string parameter;
    double beta = 0;
  };
  void read_factors(const XmlElement &model);
  void read_cells(const XmlElement &model);
  void warn_of_constants(const XmlElement &model, const std::string &category,
                         const std::vector<Cell> &cells);
  /// The product of predictors that makes up a parameter; nullopt where it is always 1.
  std::optional<model::Operand> parameter(std::string_view name, std::string_view category);
  model::Operand factor(const Factor &factor, const XmlElement &cell);
  model::Operand covariate(const XmlElement &cell);

  Scope &scope_;
  model::Precision precision_;
  std::map<std::string, double, std::less<>> reference_points_;  // by parameter
  std::map<std::string, Factor, std::less<>> factors_;
  std::map<std::string, XmlElement, std::less<>> covariates_;
  // PPCells by category and parameter.
  std::map<std::string, std::map<std::string, std::vector<XmlElement>, std::less<>>, std::less<>>
      predictors_;
  std::vector<std::string> categories_;
  std::map<std::string, std::vector<Cell>, std::less<>> cells_;  // PCells by category
  std::map<std::pair<std::string, std::string>, std::optional<model::Operand>> known_;
};

/// Reads a GeneralRegressionModel of the type CoxRegression. The value is the cumulative hazard at
/// the end time, H0(t) * exp(r - s), as R's pmml (coxph) and JPMML-Evaluator have it, and raw is
/// the linear predictor r. Throws kInvalidModel when a cell has a target category, the end time is
/// a string, or BaseCumHazardTables is missing.
Result read_cox_regression(const XmlElement &model, Scope &scope);

}  // namespace pgscore::formats::pmml
