// From the outputs of a row to the texts that they stand for. A row may compute any number; one
// that is no index has no text.
#pragma once
#include <optional>
#include <string_view>

#include "plan/plan.hpp"

namespace pgscore::plan {

/// Gives the label whose number is the whole part of a class code. Nothing when the model has no
/// such label: then the row has no class.
std::optional<std::string_view> label_of(Plan plan, double code);

/// Gives the text of named output `i` that `number` stands for. Nothing when there is none, as for
/// all outputs that are numbers.
std::optional<std::string_view> text_of_output(Plan plan, std::uint32_t i, double number);

}  // namespace pgscore::plan
