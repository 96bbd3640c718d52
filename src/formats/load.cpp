// load(): the part of import that is the same for every format.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "formats/base64_artifact.hpp"
#include "formats/format.hpp"

namespace pgscore::formats {
namespace {

using model::Builder;
using model::Op;
using model::Operand;
using model::Output;

[[noreturn]] void refuse(const std::string &message, const std::string &detail = {}, const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

/// '"age", "income", ...'
std::string listed(const std::vector<std::string> &names) {
  constexpr std::size_t kMaxNames = 20;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kMaxNames; ++i) list += (i > 0 ? ", \"" : "\"") + names[i] + "\"";
  return list + (names.size() > kMaxNames ? ", ..." : "");
}

std::vector<std::string> names_of(const std::vector<model::Input> &inputs) {
  std::vector<std::string> names;
  for (const model::Input &input : inputs) names.push_back(input.name);
  return names;
}

void apply_features(const std::vector<FeatureOverride> &features, Builder &builder) {
  if (features.empty()) return;
  if (features.size() != builder.num_inputs())
    refuse("features has " + std::to_string(features.size()) + " entries, the model has " + std::to_string(builder.num_inputs()) +
               " features",
           "The model's features are " + listed(names_of(builder.inputs())) + ".");
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (!seen.insert(features[i].name).second) refuse("features has the name \"" + features[i].name + "\" twice");
    model::Input &input = builder.inputs()[i];
    input.name = features[i].name;
    if (!features[i].categories) continue;
    if (input.type == model::ColumnType::kHash)
      refuse("feature \"" + input.name + "\" takes any category, a list of them cannot be given");
    if (input.type == model::ColumnType::kCategory && input.categories.size() != features[i].categories->size())
      refuse("feature \"" + input.name + "\" has " + std::to_string(input.categories.size()) + " categories in the model, " +
             std::to_string(features[i].categories->size()) + " are given");
    input.type = model::ColumnType::kCategory;
    input.categories = *features[i].categories;
  }
}

void apply_labels(const std::vector<std::string> &labels, Output &output) {
  if (labels.empty()) return;
  if (output.task != model::Task::kClassification) refuse("labels are given for a model that does not classify");
  if (labels.size() != output.labels.size())
    refuse(
        std::to_string(labels.size()) + " labels are given, the model has " + std::to_string(output.labels.size()) + " classes",
        "The model's classes are " + listed(output.labels) + ".");
  output.labels = labels;
}

void require_binary(const Output &output, const char *option) {
  if (output.task != model::Task::kClassification || output.labels.size() != 2 || output.probabilities.size() != 2)
    refuse("option \"" + std::string(option) + "\" needs a binary classification model with probabilities");
}

void apply_positive_class(const std::string &label, Output &output) {
  require_binary(output, "positive_class");
  const auto at = std::find(output.labels.begin(), output.labels.end(), label);
  if (at == output.labels.end())
    refuse("positive class \"" + label + "\" is not a class of the model", {},
           "Its classes are \"" + output.labels[0] + "\" and \"" + output.labels[1] + "\".");
  output.positive = static_cast<std::uint32_t>(at - output.labels.begin());
  output.values = {{output.values.empty() ? "value" : output.values[0].name, output.probabilities[output.positive]}};
}

void apply_threshold(double threshold, Builder &builder) {
  Output &output = builder.output();
  require_binary(output, "threshold");
  const double positive = output.positive;
  const model::ColumnId above =
      builder.apply(Op::kGreater, {Operand::of(output.probabilities[output.positive]), Operand::value(threshold)});
  output.class_code = builder.apply(Op::kIf, {Operand::of(above), Operand::value(positive), Operand::value(1 - positive)});
}

/// Features that take any category know no list of them: nothing tells that one is unknown.
void check_hash_options(const Options &options, const std::vector<model::Input> &inputs) {
  auto has = [&](model::ColumnType type) {
    return std::any_of(inputs.begin(), inputs.end(), [&](const model::Input &input) { return input.type == type; });
  };
  const bool has_hash = has(model::ColumnType::kHash);
  if (options.null_category && !has_hash)
    refuse("option \"null_category\" does not apply", "The model has no feature that takes any category.");
  if (options.on_unknown && has_hash && !has(model::ColumnType::kCategory))
    refuse("option \"on_unknown\" does not apply", "The features of the model take any category: none is unknown.");
}

bool is_recognized(std::string_view format_name, Bytes bytes) {
  for (const Format &format : format_table())
    if ((format_name == "auto" || format_name == format.name) && format.sniff(bytes)) return true;
  return false;
}

/// What base64 stands for, when the artifact is no model of the format as it is but would be one decoded. (pgscore JSON is text,
/// and read for its test rows as well: it has no need of it.)
std::optional<std::string> decoded_artifact(std::string_view format_name, Bytes bytes) {
  if (format_name == "pgscore-json" || is_recognized(format_name, bytes)) return std::nullopt;
  std::optional<std::string> decoded = decode_base64_artifact(bytes);
  if (!decoded || is_recognized("pgscore-json", as_bytes(*decoded)) || !is_recognized(format_name, as_bytes(*decoded)))
    return std::nullopt;
  return decoded;
}

}  // namespace

model::Model load(std::string_view format_name, const Source &given, const Limits &limits, Interrupt interrupt) {
  if (given.bytes.size() > limits.max_artifact_bytes)
    throw Error(ErrorCode::kLimitExceeded, "model file is too large",
                "It has " + std::to_string(given.bytes.size()) + " bytes, the limit is " +
                    std::to_string(limits.max_artifact_bytes) + ".");
  const std::optional<std::string> decoded = decoded_artifact(format_name, given.bytes);
  Source source = given;
  if (decoded) source.bytes = as_bytes(*decoded);
  const Format &format = find_format(format_name, source.bytes);
  if (source.options.start_iteration && !format.name.starts_with("lightgbm"))
    refuse("option \"start_iteration\" does not apply to format \"" + std::string(format.name) + "\"");
  Builder builder(limits, interrupt);
  builder.set_format(std::string(format.name));
  try {
    format.load(source, builder);
    apply_features(source.features, builder);
    apply_labels(source.labels, builder.output());
    if (source.options.positive_class) apply_positive_class(*source.options.positive_class, builder.output());
    if (source.options.threshold) apply_threshold(*source.options.threshold, builder);
    check_hash_options(source.options, builder.inputs());
    for (model::Input &input : builder.inputs()) {
      if (source.options.on_missing) input.on_missing = *source.options.on_missing;
      if (source.options.on_unknown) input.on_unknown = *source.options.on_unknown;
    }
    return builder.finish();
  } catch (const Error &e) {
    // Faults of the file say whose file; faults of the call (options, labels) already say what they are about.
    if (e.code() == ErrorCode::kInvalidModel) throw e.within("invalid " + std::string(format.name) + " model");
    throw;
  }
}

}  // namespace pgscore::formats
