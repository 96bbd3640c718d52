#include "plan/output_texts.hpp"

#include "base/index.hpp"

namespace pgscore::plan {

std::optional<std::string_view> label_of(Plan plan, double code) {
  if (!is_index(code, plan.num_labels())) return std::nullopt;
  return plan.label(static_cast<std::uint32_t>(code));
}

std::optional<std::string_view> text_of_output(Plan plan, std::uint32_t i, double number) {
  if (!is_index(number, plan.num_output_texts(i))) return std::nullopt;
  return plan.output_text(i, static_cast<std::uint32_t>(number));
}

}  // namespace pgscore::plan
