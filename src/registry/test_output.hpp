// Translates what a test row says about an output of a model into the numbers that a plan computes,
// and back for messages.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernel.hpp"
#include "model/test_rows.hpp"
#include "plan/plan.hpp"
#include "registry/test_rows.hpp"

namespace pgscore::registry {

/// Gives what TestRow::output says for the output called `name`.
std::string named_output(std::string_view name);

/// Gives the name in what named_output has made; nullopt for value, raw, probabilities and class.
std::optional<std::string_view> name_in(std::string_view output);

/// Gives what the kernels are asked for, to get TestRow::output.
kernels::Want want_of(std::string_view output);

/// Gives the number that a plan has for a class. Throws kInvalidArgument when it has no such label.
double number_of_label(plan::Plan plan, std::string_view label);

/// Gives the number that a plan has for the expected value of the output `name`; a text becomes its
/// index. Throws kInvalidArgument when the model has no such output, or when the output never has
/// that value.
double number_of_output(plan::Plan plan, std::string_view name,
                        const model::TestRow::Cell &expected);

/// Picks the number of the output `name` out of all outputs of a row (Want::kAll); NaN where
/// predict_outputs gives null. Throws kInvalidArgument when the model has no such output.
double pick_output(plan::Plan plan, std::string_view name, std::span<const double> all);

/// Write the output and its numbers for people. An output is a word, `probabilities`, or a name in
/// quotes; a number that stands for a text is written as the text. `values` are as many as the row
/// expects.
std::string shown_output(const TestRow &row);
std::string shown_values(plan::Plan plan, const TestRow &row, const std::vector<double> &values);

}  // namespace pgscore::registry
