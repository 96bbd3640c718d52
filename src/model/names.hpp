// The names of the enumerators of model.hpp, one vocabulary for interchange files, descriptions and
// messages.
#pragma once
#include <optional>
#include <string_view>

#include "model/model.hpp"

namespace pgscore::model {

/// Give the name of an enumerator, a text that lives as long as the process. The value must be an
/// enumerator: it is not checked.
std::string_view name_of(Op op);
std::string_view name_of(LinkFunction function);
std::string_view name_of(Split split);
std::string_view name_of(MissingKind kind);
std::string_view name_of(UnknownPolicy policy);
std::string_view name_of(MissingPolicy policy);
std::string_view name_of(NumberRange range);
std::string_view name_of(Unit unit);
std::string_view name_of(TextFunction function);
std::string_view name_of(Task task);
std::string_view name_of(Precision precision);

/// Find the enumerator that has the name; nullopt when none has it.
std::optional<Op> op_named(std::string_view name);
std::optional<LinkFunction> link_named(std::string_view name);
std::optional<Split> split_named(std::string_view name);
std::optional<MissingKind> missing_kind_named(std::string_view name);
std::optional<UnknownPolicy> unknown_policy_named(std::string_view name);
std::optional<MissingPolicy> missing_policy_named(std::string_view name);
std::optional<NumberRange> number_range_named(std::string_view name);
std::optional<Unit> unit_named(std::string_view name);
std::optional<TextFunction> text_function_named(std::string_view name);
std::optional<Reduction> reduction_named(std::string_view name);
std::optional<KernelMachine::Kernel> kernel_named(std::string_view name);
std::optional<Distances::Compare> compare_named(std::string_view name);
std::optional<Distances::Measure> measure_named(std::string_view name);
std::optional<Task> task_named(std::string_view name);
std::optional<Precision> precision_named(std::string_view name);

/// Gives the greatest magnitude that is in the range; infinite for kAny.
double greatest_magnitude(NumberRange range);

}  // namespace pgscore::model
