// From the outputs of a row to the texts that they stand for. Any row may compute any number: what
// is no index gives no text.
#pragma once
#include <optional>
#include <string_view>

#include "plan/plan.hpp"

namespace pgscore::plan {

/// The label of a class code, which is the number of one by its whole part. Nothing when the model
/// has none of that number: then the row has no class.
std::optional<std::string_view> label_of(Plan plan, double code);

/// The text of named output `i` that `number` stands for. Nothing when there is none: always so for
/// outputs that are numbers.
std::optional<std::string_view> text_of_output(Plan plan, std::uint32_t i, double number);

}  // namespace pgscore::plan
