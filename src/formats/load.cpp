// load(): the part of import that is the same for every format.
#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "formats/file_test_rows.hpp"
#include "formats/format.hpp"
#include "formats/given_features.hpp"
#include "formats/recognize.hpp"

namespace pgscore::formats {
namespace {

using model::Builder;
using model::Op;
using model::Operand;
using model::Output;

[[noreturn]] void refuse_argument(const std::string &message, const std::string &detail = {},
                                  const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

bool takes(const Format &format, std::string_view option) {
  const std::string all = ' ' + std::string(format.options) + ' ';
  return all.find(' ' + std::string(option) + ' ') != all.npos;
}

std::string options_of(const Format &format) {
  std::string options(format.options);
  options += std::string(options.empty() ? "" : " ") +
             "positive_class threshold cost_matrix null_category on_unknown on_missing";
  for (std::size_t at = 0; (at = options.find(' ', at)) != options.npos; at += 2)
    options.insert(at, ",");
  return options;
}

/// The options that only some formats take: format.hpp, Format::options.
void check_options(const Options &options, const Format &format) {
  for (const auto &[is_given, name] :
       {std::pair{options.start_iteration.has_value(), "start_iteration"},
        {options.iterations.has_value(), "iterations"},
        {options.objective.has_value(), "objective"},
        {!options.base_score.empty(), "base_score"},
        {options.num_class.has_value(), "num_class"},
        {options.num_target.has_value(), "num_target"}})
    if (is_given && !takes(format, name))
      refuse_argument(
          "option " + in_quotes(name) + " does not apply to format " + in_quotes(format.name), {},
          "Options of this format are: " + options_of(format) + ".");
}

/// XGBoost and LightGBM number the classes. The labels of other files are their own: no list may
/// have them in another order.
void check_label_order(const std::vector<std::string> &labels, const Output &output) {
  if (labels == output.labels) return;
  std::vector<std::string> given = labels, own = output.labels;
  std::sort(given.begin(), given.end());
  std::sort(own.begin(), own.end());
  if (given == own)
    refuse_argument(
        "labels are given in another order than the file has them",
        "The classes of the file are, in this order: " + listed_names(output.labels) + ".");
}

void apply_labels(const std::vector<std::string> &labels, bool are_numbered, Output &output) {
  if (labels.empty()) return;
  if (output.task != model::Task::kClassification)
    refuse_argument("labels are given for a model that does not classify");
  if (labels.size() != output.labels.size())
    refuse_argument(std::to_string(labels.size()) + " labels are given, the model has " +
                        std::to_string(output.labels.size()) + " classes",
                    "The model's classes are " + listed_names(output.labels) + ".");
  if (!are_numbered) check_label_order(labels, output);
  output.labels = labels;
}

void require_binary(const Output &output, const char *option) {
  if (output.task != model::Task::kClassification || output.labels.size() != 2 ||
      output.probabilities.size() != 2)
    refuse_argument("option \"" + std::string(option) +
                    "\" needs a binary classification model with probabilities");
}

void apply_positive_class(const std::string &label, Output &output) {
  require_binary(output, "positive_class");
  const auto at = std::find(output.labels.begin(), output.labels.end(), label);
  if (at == output.labels.end())
    refuse_argument(
        "positive class \"" + label + "\" is not a class of the model", {},
        "Its classes are \"" + output.labels[0] + "\" and \"" + output.labels[1] + "\".");
  output.positive = static_cast<std::uint32_t>(at - output.labels.begin());
  output.values = {{output.values.empty() ? "value" : output.values[0].name,
                    output.probabilities[output.positive]}};
}

void apply_threshold(double threshold, Builder &builder) {
  Output &output = builder.output();
  require_binary(output, "threshold");
  const double positive = output.positive;
  const model::ColumnId above = builder.apply(
      Op::kGreater,
      {Operand::of(output.probabilities[output.positive]), Operand::value(threshold)});
  output.class_code = builder.apply(
      Op::kIf, {Operand::of(above), Operand::value(positive), Operand::value(1 - positive)});
}

/// Gives the cost of predicting class `predicted` for a row of class `actual`; throws unless the
/// matrix has it. A class that is predicted right costs nothing unless the matrix says so.
double cost_of(const Options &options, const std::string &actual, const std::string &predicted) {
  const auto row = options.cost_matrix.find(actual);
  if (row != options.cost_matrix.end())
    if (const auto cost = row->second.find(predicted); cost != row->second.end())
      return cost->second;
  if (actual != predicted)
    refuse_argument("option \"cost_matrix\" has no cost for class " + in_quotes(actual) +
                    " predicted as " + in_quotes(predicted));
  return 0;
}

void check_cost_labels(const Options &options, const std::vector<std::string> &labels) {
  auto check = [&](const std::string &label) {
    if (std::find(labels.begin(), labels.end(), label) == labels.end())
      refuse_argument("option \"cost_matrix\" names class " + in_quotes(label) +
                          ", which the model does not have",
                      {}, "Its classes are " + listed_names(labels) + ".");
  };
  for (const auto &[actual, row] : options.cost_matrix) {
    check(actual);
    for (const auto &[predicted, cost] : row) check(predicted);
  }
}

/// The class of the least expected cost; of several, the first.
void apply_cost_matrix(const Options &options, Builder &builder) {
  Output &output = builder.output();
  if (output.task != model::Task::kClassification || output.probabilities.empty() ||
      output.class_code == Operand::kNoColumn)
    refuse_argument("option \"cost_matrix\" needs a classification model with probabilities");
  if (options.threshold)
    refuse_argument("options \"threshold\" and \"cost_matrix\" are both given",
                    "Each says which class predict_class gives.");
  check_cost_labels(options, output.labels);
  model::Linear gain;  // the negative costs
  gain.num_outputs = static_cast<std::uint32_t>(output.labels.size());
  gain.intercept.assign(output.labels.size(), 0);
  for (std::size_t actual = 0; actual < output.labels.size(); ++actual) {
    model::LinearTerm term{output.probabilities[actual], false, {}};
    for (const std::string &predicted : output.labels)
      term.coefficients.push_back(-cost_of(options, output.labels[actual], predicted));
    gain.terms.push_back(std::move(term));
  }
  const auto count = static_cast<std::uint32_t>(output.labels.size());
  const model::ColumnId first = builder.linear(std::move(gain));
  builder.output().class_code = builder.arg_max(model::column_range(first, count));
}

/// Features that take any category know no list of them: nothing tells that one is unknown.
void check_hash_options(const Options &options, const std::vector<model::Input> &inputs) {
  auto has = [&](model::ColumnType type) {
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](const model::Input &input) { return input.type == type; });
  };
  const bool has_hash = has(model::ColumnType::kHash);
  if (options.null_category && !has_hash)
    refuse_argument("option \"null_category\" does not apply",
                    "The model has no feature that takes any category.");
  if (options.on_unknown && has_hash && !has(model::ColumnType::kCategory))
    refuse_argument("option \"on_unknown\" does not apply",
                    "The features of the model take any category: none is unknown.");
}

}  // namespace

model::Model load(std::string_view format_name, const Source &given, const Limits &limits,
                  Interrupt interrupt) {
  check_file_size(given.bytes.size(), limits);
  const Recognized file = recognize(format_name, given.bytes, interrupt);
  const Format &format = *file.format;
  Source source = given;
  source.bytes = file.bytes;
  const bool is_xgboost = format.name.starts_with("xgboost"),
             is_lightgbm = format.name.starts_with("lightgbm");
  check_options(source.options, format);
  Builder builder(limits, interrupt);
  builder.set_format(std::string(format.name));
  try {
    format.load(source, builder);
    const FileTestRows test_rows(builder);
    apply_features(source.features, builder);
    apply_labels(source.labels, is_xgboost || is_lightgbm, builder.output());
    if (source.options.positive_class)
      apply_positive_class(*source.options.positive_class, builder.output());
    if (source.options.threshold) apply_threshold(*source.options.threshold, builder);
    if (!source.options.cost_matrix.empty()) apply_cost_matrix(source.options, builder);
    check_hash_options(source.options, builder.inputs());
    for (model::Input &input : builder.inputs()) {
      if (source.options.on_missing) input.on_missing = *source.options.on_missing;
      if (source.options.on_unknown) input.on_unknown = *source.options.on_unknown;
    }
    test_rows.follow();
    model::Model model = builder.finish();
    check_category_codes(model, source.features);
    return model;
  } catch (const Error &e) {
    // Faults of the file say whose file; faults of the call (options, labels) already say what they
    // are about.
    if (e.code() == ErrorCode::kInvalidModel)
      throw e.within("invalid " + std::string(format.name) + " model");
    throw;
  }
}

}  // namespace pgscore::formats
