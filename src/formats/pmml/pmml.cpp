// A PMML document -> model::Model.
//
// A document is read once or twice. The first reading finds out which fields the model uses, and
// which texts it asks about of fields without declared values; when that is more or less than the
// document declares, the second reading begins with what the first one found.
#include "formats/pmml/pmml.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/pmml/model.hpp"
#include "formats/pmml/schema.hpp"
#include "formats/pmml/verification.hpp"

namespace pgscore::formats::pmml {

using model::NamedColumn;
using model::Operand;

namespace {

/// "4.3" of the attribute or of the namespace "http://www.dmg.org/PMML-4_3"; empty when neither
/// says it.
std::string version_of(const XmlElement &root) {
  if (const auto version = root.attribute("version")) return std::string(*version);
  const std::string_view name = root.attribute("xmlns").value_or("");
  const std::size_t at = name.find("PMML-");
  if (at == name.npos) return {};
  std::string version(name.substr(at + 5));
  std::replace(version.begin(), version.end(), '_', '.');
  return version;
}

void check_version(const XmlElement &root) {
  if (!root.is("PMML")) root.refuse("the root element must be PMML");
  const std::string version = version_of(root);
  constexpr std::array kVersions = {std::string_view("3."), std::string_view("4.")};
  if (!version.empty() &&
      std::none_of(kVersions.begin(), kVersions.end(),
                   [&](std::string_view start) { return version.starts_with(start); }))
    root.refuse_unsupported("version " + shown(version) + " of PMML is not supported",
                            "Versions 3.0 to 4.4 are.");
}

/// The first model of the document that is to be scored with.
XmlElement find_model(const XmlElement &root) {
  std::optional<XmlElement> first;
  for (const XmlElement element : root.children()) {
    if (!is_model(element)) continue;
    if (!first) first = element;
    if (element.boolean("isScorable", true)) return element;
  }
  if (!first) root.refuse("it has no model", "None of its elements is a model of PMML 3.0 to 4.4.");
  return *first;
}

/// The columns of a model that has been read -> the model's output.
class OutputWriter {
 public:
  OutputWriter(Reading &reading, const Model &model)
      : graph_(reading.graph()), invalid_(reading.invalid()), model_(model) {}

  void write() {
    const Result &result = model_.result;
    model::Output &output = graph_.builder().output();
    const std::string name = model_.target.name.empty() ? "value" : model_.target.name;
    std::vector<OutputColumn> targets = result.targets;
    if (!result.others.empty()) targets = {{name, result.value}};
    for (const Result &other : result.others) targets.push_back({other.target, other.value});
    if (!targets.empty()) {
      output.task = model::Task::kRegression;
      for (const OutputColumn &target : targets)
        (target.column.is_text() ? output.more : output.values)
            .push_back(named(target.name, target.column));
    } else if (result.task == Task::kRegression) {
      output.task = model::Task::kRegression;
      output.values = {named(name, result.value)};
      output.raw = columns(result.raw);
    } else {
      output.task = model::Task::kClassification;
      output.labels = display_labels_of(result, model_.target);
      output.class_code = column(result.value.operand);
      output.probabilities = columns(result.probabilities);
      output.raw = columns(result.raw);
      if (result.labels.size() == 2 && result.probabilities.size() == 2)
        output.values = {{name, output.probabilities[output.positive], {}}};
      else
        output.positive = 0;
    }
    std::set<std::string> names;
    for (const std::vector<NamedColumn> *list : {&output.values, &output.more})
      for (const NamedColumn &value : *list) names.insert(value.name);
    for (const std::vector<OutputColumn> &columns : {model_.outputs, result.outputs})
      for (const OutputColumn &column : columns)
        if (names.insert(column.name).second)
          output.more.push_back(named(column.name, column.column));
  }

 private:
  model::ColumnId column(Operand operand) {
    return graph_.column(graph_.choose(invalid_, Operand::value(model::kMissing), operand));
  }
  std::vector<model::ColumnId> columns(const std::vector<Operand> &operands) {
    std::vector<model::ColumnId> out;
    for (const Operand &operand : operands) out.push_back(column(operand));
    return out;
  }
  NamedColumn named(const std::string &name, const Column &value) {
    if (!value.is_text() || !value.texts->texts().empty())
      return {name, column(value.operand),
              value.is_text() ? value.texts->texts() : std::vector<std::string>()};
    return {name, column(Operand::value(model::kMissing)), {}};
  }

  Graph &graph_;
  Operand invalid_;
  const Model &model_;
};

void add_facts(const XmlElement &root, const XmlElement &model, model::Builder &builder) {
  if (const std::string version = version_of(root); !version.empty())
    builder.add_fact("pmml_version", version);
  if (const auto header = root.child("Header"))
    if (const auto application = header->child("Application")) {
      std::string text(application->attribute("name").value_or(""));
      if (const auto version = application->attribute("version"))
        text += (text.empty() ? "" : " ") + std::string(*version);
      if (!text.empty()) builder.add_fact("application", text);
    }
  builder.add_fact("model_element", std::string(model.name()));
  for (const char *attribute : {"modelName", "algorithmName"})
    if (const auto value = model.attribute(attribute); value && !value->empty())
      builder.add_fact(attribute == std::string_view("modelName") ? "model_name" : "algorithm_name",
                       std::string(*value));
}

void warn_of_other_models(const XmlElement &root, const XmlElement &model,
                          model::Builder &builder) {
  std::size_t others = 0;
  for (const XmlElement element : root.children())
    others += is_model(element) && !(element == model);
  if (others == 0) return;
  builder.warn("the document has " + std::to_string(others + 1) + " models, and one is read",
               "It is the first that is scorable, " + model.place() + ".",
               "Put each model into a document of its own.");
}

/// Reads the document into `builder`. Returns what it found out when that calls for another
/// reading.
std::optional<Findings> read(const XmlElement &root, const Dictionary &dictionary,
                             const Findings *findings, model::Builder &builder) {
  const XmlElement element = find_model(root);
  find_model_kind(element);
  Reading reading(dictionary, findings, builder);
  reading.add_inputs(element.required_child("MiningSchema"));
  const Model model = read_model(element, reading, nullptr);
  if (findings == nullptr && !reading.is_final()) return reading.findings();
  if (!reading.is_final())
    throw Error(ErrorCode::kInternal, "a PMML document read twice was read differently");
  check_document(root, element, builder.interrupt());
  OutputWriter(reading, model).write();
  read_verification(element, model, reading);
  warn_of_other_models(root, element, builder);
  builder.set_format("pmml");
  builder.set_objective(std::string(element.attribute("functionName").value_or("")));
  add_facts(root, element, builder);
  return std::nullopt;
}

}  // namespace

bool sniff(Bytes bytes) { return xml_root_name(bytes) == "PMML"; }

namespace {

void load_document(const Source &source, model::Builder &builder) {
  const Limits &limits = builder.limits();
  // A tree is as deep as its elements are nested.
  const std::optional<std::string> encoding =
      source.to_utf8 != nullptr ? other_xml_encoding(source.bytes) : std::nullopt;
  const std::string converted = encoding ? source.to_utf8(*encoding, source.bytes) : std::string();
  const XmlDocument document(encoding ? as_bytes(converted) : source.bytes,
                             limits.max_nesting + limits.max_depth, limits, builder.interrupt(),
                             encoding.has_value());
  const XmlElement root = document.root();
  check_version(root);
  const Dictionary dictionary(root);
  model::Builder first(limits, builder.interrupt());
  if (const std::optional<Findings> findings = read(root, dictionary, nullptr, first))
    read(root, dictionary, &*findings, builder);
  else
    builder = std::move(first);
}

/// What to do about a document that is refused, where the place of the fault does not know better.
std::string advice_about(const Error &e) {
  if (e.code() == ErrorCode::kUnsupportedModel)
    return "docs/formats/pmml.md says what is supported. Leave that part out of the export, or "
           "export the model in another "
           "format.";
  if (e.code() == ErrorCode::kInvalidModel)
    return "Check the document with its producer, or export the model again; "
           "docs/formats/pmml.md says how it is read.";
  return {};
}

}  // namespace

void load(const Source &source, model::Builder &builder) {
  try {
    load_document(source, builder);
  } catch (const Error &e) {
    if (!e.hint().empty()) throw;
    throw Error(e.code(), e.message(), e.detail(), advice_about(e));
  }
}

}  // namespace pgscore::formats::pmml
