#include "registry/test_output.hpp"

#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "plan/output_texts.hpp"

namespace pgscore::registry {
namespace {

using kernels::Want;

constexpr std::string_view kNamedOutput = "outputs.";

[[noreturn]] void refuse_output(const std::string &message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

std::uint32_t output_index(plan::Plan plan, std::string_view name) {
  for (std::uint32_t i = 0; i < plan.num_values() + plan.num_more(); ++i)
    if (plan.output_name(i) == name) return i;
  refuse_output("the model has no output " + in_quotes(name));
}

std::string shortest_text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

}  // namespace

std::string named_output(std::string_view name) { return std::string(kNamedOutput).append(name); }

std::optional<std::string_view> name_in(std::string_view output) {
  if (!output.starts_with(kNamedOutput)) return std::nullopt;
  return output.substr(kNamedOutput.size());
}

Want want_of(std::string_view output) {
  if (name_in(output)) return Want::kAll;
  if (output == "value") return Want::kValues;
  if (output == "raw") return Want::kRaw;
  if (output == "probabilities") return Want::kProbabilities;
  return Want::kClass;
}

double number_of_label(plan::Plan plan, std::string_view label) {
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i)
    if (plan.label(i) == label) return i;
  refuse_output("class " + in_quotes(label) + " is not a class of the model");
}

double number_of_output(plan::Plan plan, std::string_view name,
                        const model::TestRow::Cell &expected) {
  const std::uint32_t output = output_index(plan, name), num_texts = plan.num_output_texts(output);
  if (const auto *number = std::get_if<double>(&expected)) {
    if (num_texts != 0 && !std::isnan(*number))
      refuse_output("output " + in_quotes(name) + " is a text, a number is expected");
    return *number;
  }
  const auto &text = std::get<std::string>(expected);
  if (num_texts == 0)
    refuse_output("output " + in_quotes(name) + " is a number, a text is expected");
  for (std::uint32_t i = 0; i < num_texts; ++i)
    if (plan.output_text(output, i) == text) return i;
  refuse_output("output " + in_quotes(name) + " never is " + in_quotes(text));
}

double pick_output(plan::Plan plan, std::string_view name, std::span<const double> all) {
  const std::uint32_t output = output_index(plan, name);
  const double number = output < plan.num_values()
                            ? all[output]
                            : all[all.size() - plan.num_more() + (output - plan.num_values())];
  const bool is_no_text =
      plan.num_output_texts(output) > 0 && !plan::text_of_output(plan, output, number);
  return is_no_text ? model::kMissing : number;
}

std::string shown_output(const TestRow &row) {
  const auto name = name_in(row.output);
  return name ? in_quotes(*name) : row.output;
}

std::string shown_values(plan::Plan plan, const TestRow &row, const std::vector<double> &values) {
  const auto stands_for_one_of = [&](std::uint32_t count) {
    return values[0] >= 0 && values[0] < count;
  };
  if (row.output == "class" && stands_for_one_of(plan.num_labels()))
    return in_quotes(plan.label(static_cast<std::uint32_t>(values[0])));
  if (const auto name = name_in(row.output)) {
    const std::uint32_t output = output_index(plan, *name);
    if (stands_for_one_of(plan.num_output_texts(output)))
      return in_quotes(plan.output_text(output, static_cast<std::uint32_t>(values[0])));
  }
  std::string text;
  for (const double value : values)
    text += (text.empty() ? "" : ", ") + (std::isnan(value) ? "null" : shortest_text(value));
  return text;
}

}  // namespace pgscore::registry
