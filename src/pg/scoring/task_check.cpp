#include "pg/scoring/task_check.hpp"

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgscore::pg {
namespace {

[[noreturn]] void wrong_task(const std::string &message, const char *hint) {
  throw Error(ErrorCode::kWrongTask, message, {}, hint);
}

}  // namespace

void check_task(plan::Plan plan, kernels::Want want, std::string_view name) {
  const bool classifies = plan.task() == model::Task::kClassification;
  const std::string model = "model " + in_quotes(name);
  switch (want) {
    case kernels::Want::kValues:
      if (classifies && plan.num_values() == 1 && plan.num_probabilities() == 0)
        wrong_task(model + " has no probabilities",
                   plan.num_raw() > 0 ? "Use predict_class, or predict_raw for its margins."
                                      : "Use predict_class.");
      if (plan.num_values() == 1 && plan.num_output_texts(0) == 0) return;
      if (classifies)
        wrong_task(model + " has " + std::to_string(plan.num_labels()) +
                       " classes, predict returns one number",
                   "Use predict_class, predict_proba or predict_proba_of.");
      if (plan.num_values() == 1 || (plan.num_values() == 0 && plan.num_more() > 0))
        wrong_task(model + " has no value that is a number", "Use predict_outputs.");
      wrong_task(model + " has " + std::to_string(plan.num_values()) +
                     " targets, predict returns one number",
                 "Use predict_outputs.");
    case kernels::Want::kClass:
      if (classifies && !plan.has_class())
        wrong_task(model + " has labels that do not exclude each other",
                   "Use predict_proba or predict_proba_of.");
      if (!classifies) wrong_task(model + " does not classify", "Use predict.");
      return;
    case kernels::Want::kProbabilities:
      if (!classifies) wrong_task(model + " does not classify", "Use predict.");
      if (plan.num_probabilities() == 0)
        wrong_task(model + " has no probabilities", "Use predict_class or predict_raw.");
      return;
    case kernels::Want::kLeaves:
      if (plan.num_trees() == 0) wrong_task(model + " has no trees", "");
      return;
    case kernels::Want::kRaw:
      if (plan.num_raw() == 0) wrong_task(model + " has no raw scores", "Use predict_outputs.");
      return;
    case kernels::Want::kAll:
      return;
  }
}

}  // namespace pgscore::pg
