// Which output of a model a test row is about, and what it says of it, as the numbers that a plan
// computes.
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

/// TestRow::output of the output called `name`.
std::string named_output(std::string_view name);

/// The name in what named_output gives; nullopt for value, raw, probabilities and class.
std::optional<std::string_view> name_in(std::string_view output);

/// What the kernels are asked for to get TestRow::output.
kernels::Want want_of(std::string_view output);

/// The number that a plan gives for a class. Throws kInvalidArgument when it has no such label.
double number_of_label(plan::Plan plan, std::string_view label);

/// The number that a plan gives for what is expected of the output `name`: of a text its index.
/// Throws kInvalidArgument when the model has no such output, or when that is never so.
double number_of_output(plan::Plan plan, std::string_view name,
                        const model::TestRow::Cell &expected);

/// The number of the output `name` among all outputs of a row (Want::kAll): NaN where
/// predict_outputs gives null. Throws kInvalidArgument when the model has no such output.
double pick_output(plan::Plan plan, std::string_view name, std::span<const double> all);

/// The output and its numbers for people: `probabilities`, or a name in quotes; texts where the
/// numbers stand for texts. `values` are as many as the row expects.
std::string shown_output(const TestRow &row);
std::string shown_values(plan::Plan plan, const TestRow &row, const std::vector<double> &values);

}  // namespace pgscore::registry
