#include "explain/coefficients.hpp"

#include <algorithm>
#include <cmath>

#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::explain {
namespace {

class Asking {
 public:
  Asking(const model::Model &model, std::uint32_t output, Interrupt interrupt)
      : model_(model),
        output_(output),
        interrupt_(interrupt),
        image_(compile(model, interrupt), interrupt),
        explanation_(image_.data()),
        workspace_(explanation_),
        row_(model.inputs.size(), 0.0),
        values_(model.inputs.size() + 1) {
    verify(image_.bytes(), interrupt);
  }

  Coefficients run() {
    Coefficients found;
    ask();
    found.intercept = values_.back();
    for (std::uint32_t i = 0; i < model_.inputs.size(); ++i) {
      if (model_.inputs[i].type == model::ColumnType::kCategory)
        add_categories(i, found);
      else
        add_number(i, found);
    }
    return found;
  }

 private:
  void ask() {
    interrupt_.check();
    contributions(explanation_, output_, row_.data(), row_.size(), 1, workspace_, values_.data(),
                  interrupt_);
  }
  /// What the value x of an input contributes; the others have no part in it.
  double contribution(std::uint32_t input, double x) {
    row_[input] = x;
    ask();
    row_[input] = 0;
    return values_[input];
  }

  void add_categories(std::uint32_t input, Coefficients &found) {
    std::vector<Coefficient> terms;
    for (std::uint32_t c = 0; c < model_.inputs[input].categories.size(); ++c)
      terms.push_back({input, c, contribution(input, c)});
    if (std::any_of(terms.begin(), terms.end(), [](const auto &term) { return term.value != 0.0; }))
      found.terms.insert(found.terms.end(), terms.begin(), terms.end());
  }

  void add_number(std::uint32_t input, Coefficients &found) {
    const double at_zero = contribution(input, 0), slope = contribution(input, 1) - at_zero;
    bool is_line = std::isfinite(slope), is_flat = true;
    for (const double x : {-1.0, 2.0, 0.5, 10.0, -1000.0, 1e5}) {
      const double y = contribution(input, x);
      const double tolerance = 1e-9 * (std::fabs(at_zero) + std::fabs(slope * x));
      is_line = is_line && std::fabs(y - (at_zero + slope * x)) <= tolerance;
      is_flat = is_flat && y == at_zero;
    }
    if (is_line) found.intercept += at_zero;
    if (is_line && is_flat && slope == 0) return;
    found.terms.push_back({input, {}, is_line ? std::optional(slope) : std::nullopt});
  }

  const model::Model &model_;
  std::uint32_t output_;
  Interrupt interrupt_;
  plan::PlanMemory image_;
  Explanation explanation_;
  Workspace workspace_;
  std::vector<double> row_, values_;
};

}  // namespace

Coefficients coefficients_of(const model::Model &model, std::uint32_t output, Interrupt interrupt) {
  return Asking(model, output, interrupt).run();
}

}  // namespace pgscore::explain
