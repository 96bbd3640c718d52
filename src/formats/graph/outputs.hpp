// What the model gives, for formats whose files hold margins and the name of an objective: the
// boosters. Which link, which decision and which labels are the format's own knowledge.
#pragma once
#include <string>
#include <vector>

#include "model/builder.hpp"

namespace pgscore::formats {

/// Links all inputs together (softmax) or each by itself, and gives one column for each.
std::vector<model::ColumnId> link_columns(model::Builder &builder, model::LinkFunction function,
                                          const std::vector<model::ColumnId> &inputs,
                                          model::Precision precision);

/// "0", "1", ...: labels of classes that a file only counts.
std::vector<std::string> numbered_labels(std::size_t count);

/// Makes the output that of a regression. `raw`: the margins. `values`: what the library's predict
/// returns, "value" when it is one number and "_target1", "_target2", ... otherwise.
void set_values(model::Output &output, const std::vector<model::ColumnId> &raw,
                const std::vector<model::ColumnId> &values);

/// Makes the output that of a classification of "0" and "1", with one margin. `positive`: the
/// probability of "1"; that of "0" is 1 - positive. `value`: what the library's predict returns.
/// The decision (class_code) is left to the caller.
void set_binary(model::Builder &builder, model::ColumnId margin, model::ColumnId positive,
                model::ColumnId value, model::Precision precision);

/// Makes the output that of a classification with a margin and a probability for each class.
/// Classes are numbered; the decision is left to the caller.
void set_classes(model::Output &output, const std::vector<model::ColumnId> &raw,
                 const std::vector<model::ColumnId> &probabilities);

}  // namespace pgscore::formats
