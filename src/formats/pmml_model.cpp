#include "formats/pmml_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"

namespace pgscore::formats {

using model::LinkFunction;
using model::Operand;
using model::Precision;

namespace {

// The elements that PMML 4.4 knows.
constexpr std::array kKinds = {
    PmmlModelKind{
        "RegressionModel", read_pmml_regression,
        "every normalization, powers, categories, products of predictors, ordinal targets"},
    PmmlModelKind{"TreeModel", read_pmml_tree,
                  "every missingValueStrategy and predicate; no models within nodes"},
    PmmlModelKind{"MiningModel", read_pmml_mining,
                  "plain trees become one ensemble on the fast kernels"},
    PmmlModelKind{"GeneralRegressionModel", read_pmml_general_regression,
                  "every modelType, link function and contrast matrix; Cox regression gives the "
                  "cumulative hazard"},
    PmmlModelKind{"Scorecard", read_pmml_scorecard, "reason codes by rank, complex partial scores"},
    PmmlModelKind{"NaiveBayesModel", read_pmml_naive_bayes,
                  "counts, Gaussian, Poisson and uniform distributions"},
    PmmlModelKind{"SupportVectorMachineModel", read_pmml_support_vector,
                  "all kernels, one against all and one against one, coefficients without vectors"},
    PmmlModelKind{"NeuralNetwork", read_pmml_neural_network,
                  "every activation function and normalization, any connections; one target"},
    PmmlModelKind{"ClusteringModel", read_pmml_clustering,
                  "center-based; every measure; all compare functions but table"},
    PmmlModelKind{"NearestNeighborModel", read_pmml_nearest_neighbor,
                  "instances within the document, one target"},
    PmmlModelKind{"RuleSetModel", read_pmml_rule_set,
                  "firstHit, weightedSum, weightedMax; rules within rules"},
    PmmlModelKind{"AnomalyDetectionModel", read_pmml_anomaly_detection,
                  "isolation forests, one-class vectors, distances to clusters"},
    PmmlModelKind{"AssociationModel", nullptr, "association rules give sets of items, not a score"},
    PmmlModelKind{"BaselineModel", nullptr, ""},
    PmmlModelKind{"BayesianNetworkModel", nullptr, ""},
    PmmlModelKind{"GaussianProcessModel", nullptr, ""},
    PmmlModelKind{"SequenceModel", nullptr, "needs more than one row"},
    PmmlModelKind{"TextModel", nullptr, "documents, not rows"},
    PmmlModelKind{"TimeSeriesModel", nullptr, "needs more than one row"},
};

const PmmlModelKind *find_kind(const XmlElement &element) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const PmmlModelKind &kind) {
    return element.is(kind.element);
  });
  return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace

std::span<const PmmlModelKind> pmml_model_kinds() { return kKinds; }

const PmmlModelKind &pmml_model_kind(const XmlElement &element) {
  const PmmlModelKind *kind = find_kind(element);
  if (kind == nullptr) element.fail("a model is expected here");
  if (kind->read == nullptr)
    element.unsupported("models of this kind are not supported",
                        kind->remark.empty()
                            ? std::string()
                            : std::string(kind->element) + ": " + std::string(kind->remark) + ".");
  return *kind;
}

bool is_pmml_model(const XmlElement &element) { return find_kind(element) != nullptr; }

PmmlTask pmml_task(const XmlElement &model) {
  const std::string_view name = model.required("functionName");
  if (name == "regression") return PmmlTask::kRegression;
  if (name == "classification") return PmmlTask::kClassification;
  if (name == "clustering") return PmmlTask::kClustering;
  if (name == "mixed" && (model.is("MiningModel") || model.is("NearestNeighborModel")))
    return PmmlTask::kMixed;
  if (name == "associationRules" || name == "sequences" || name == "timeSeries" || name == "mixed")
    model.unsupported("function " + shown(name) + " is not supported");
  model.fail("unknown function " + shown(name));
}

namespace {

/// What Targets says about the field; a Target without a field is about the only target there is.
std::optional<XmlElement> target_element(const XmlElement &model, const std::string &name) {
  const auto targets = model.child("Targets");
  if (!targets) return std::nullopt;
  std::optional<XmlElement> found;
  for (const XmlElement element : targets->children("Target")) {
    const auto field = element.attribute("field");
    if (field && !name.empty() && *field != name) continue;
    if (found) element.fail("there is another Target for the same field");
    found = element;
  }
  return found;
}

/// optype of the model's MiningField, which takes the place of the DataField's.
std::optional<std::string_view> mining_optype(const XmlElement &model, const std::string &name) {
  if (const auto schema = model.child("MiningSchema"))
    for (const XmlElement field : schema->children("MiningField"))
      if (field.attribute("name") == name) return field.attribute("optype");
  return std::nullopt;
}

}  // namespace

PmmlTarget pmml_target(const XmlElement &model, PmmlScope &scope) {
  std::string name;
  if (!scope.targets().empty()) name = scope.targets().front();
  for (const char *attribute : {"targetFieldName", "targetVariableName"})
    if (const auto own = model.attribute(attribute)) name = std::string(*own);
  return pmml_target_named(name, model, scope);
}

PmmlTarget pmml_target_named(const std::string &name, const XmlElement &model, PmmlScope &scope) {
  PmmlTarget target;
  target.name = name;
  target.target = target_element(model, name);
  const PmmlDataField *field = scope.reading().dictionary().field(name);
  if (field != nullptr) {
    target.type = field->type;
    target.is_continuous = field->is_continuous;
    target.is_ordinal = field->element.attribute("optype") == "ordinal";
    target.values = field->valid;
  } else if (pmml_task(model) != PmmlTask::kRegression) {
    target.type = {PmmlType::Kind::kString, 1970};
    target.is_continuous = false;
  }
  const auto of_target = target.target ? target.target->attribute("optype") : std::nullopt;
  if (const auto optype = of_target ? of_target : mining_optype(model, name)) {
    target.is_continuous = *optype == "continuous";
    target.is_ordinal = *optype == "ordinal";
  }
  return target;
}

std::optional<std::size_t> pmml_label_index(const std::vector<std::string> &labels,
                                            std::string_view label) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  // "1" and "1.0" are the same value of a number.
  const std::optional<double> number = parse_float64(label);
  if (!number) return std::nullopt;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (parse_float64(labels[i]) == number) return i;
  return std::nullopt;
}

std::vector<std::string> pmml_labels(const PmmlTarget &target,
                                     const std::vector<std::string> &found) {
  std::vector<std::string> labels = target.values;
  std::unordered_set<std::string> texts(labels.begin(), labels.end());
  std::set<double> numbers;
  for (const std::string &label : labels)
    if (const auto number = parse_float64(label)) numbers.insert(*number);
  for (const std::string &label : found) {
    if (!texts.insert(label).second) continue;
    if (const auto number = parse_float64(label); number && !numbers.insert(*number).second)
      continue;
    labels.push_back(label);
  }
  if (target.values.empty() &&
      std::all_of(labels.begin(), labels.end(),
                  [](const std::string &label) { return parse_float64(label).has_value(); }))
    std::stable_sort(labels.begin(), labels.end(), [](const std::string &a, const std::string &b) {
      return *parse_float64(a) < *parse_float64(b);
    });
  return labels;
}

PmmlResult pmml_classify(PmmlScope &scope, std::vector<std::string> labels,
                         std::vector<Operand> probabilities) {
  PmmlGraph &graph = scope.graph();
  PmmlResult result;
  result.task = PmmlTask::kClassification;
  const auto list = PmmlTexts::closed(labels);
  result.value = {Operand::of(graph.builder().arg_max(graph.columns(probabilities))),
                  {PmmlType::Kind::kString, 1970},
                  list};
  result.labels = std::move(labels);
  result.probabilities = std::move(probabilities);
  return result;
}

Precision pmml_precision(const XmlElement &model) {
  const std::string_view context = model.attribute("x-mathContext").value_or("double");
  if (context == "double") return Precision::kFloat64;
  if (context == "float") return Precision::kFloat32;
  model.fail("unknown x-mathContext " + shown(context));
}

double pmml_number_of(const XmlElement &element, std::string_view attribute, Precision precision) {
  const double number = element.required_number(attribute);
  if (precision == Precision::kFloat64) return number;
  const std::optional<double> rounded =
      parse_pmml_value(element.required(attribute), {PmmlType::Kind::kFloat, 1970});
  return rounded ? *rounded : static_cast<double>(static_cast<float>(number));
}

std::optional<Operand> pmml_inverse_link(PmmlGraph &graph, std::string_view name, Operand x,
                                         Precision precision) {
  struct Named {
    std::string_view name;
    LinkFunction function;
  };
  constexpr std::array kLinks = {
      Named{"logit", LinkFunction::kLogistic},  Named{"probit", LinkFunction::kNormalCdf},
      Named{"cloglog", LinkFunction::kCloglog}, Named{"loglog", LinkFunction::kLoglog},
      Named{"cauchit", LinkFunction::kCauchit}, Named{"exp", LinkFunction::kExp},
      Named{"log", LinkFunction::kExp},
  };
  if (name == "none" || name == "identity") return x;
  for (const Named &link : kLinks)
    if (link.name == name)
      return Operand::of(graph.builder().link({link.function, precision, {graph.column(x)}}));
  return std::nullopt;
}

PmmlModel read_pmml_model(const XmlElement &element, PmmlReading &reading, PmmlScope *around) {
  const PmmlReading::Level level(reading, element);
  const PmmlModelKind &kind = pmml_model_kind(element);
  if (!element.boolean("isScorable", true))
    element.unsupported("the model says that it is not to be scored with");
  PmmlScope scope(reading, around, element);
  PmmlModel model;
  model.target = pmml_target(element, scope);
  model.result = kind.read(element, scope);
  apply_pmml_targets(model.result, model.target, scope.graph());
  for (PmmlResult &other : model.result.others)
    apply_pmml_targets(other, pmml_target_named(other.target, element, scope), scope.graph());
  model.outputs = read_pmml_outputs(element, model.result, model.target, scope);
  if (around != nullptr)
    for (const PmmlOutputColumn &output : model.outputs) around->define(output.name, output.column);
  return model;
}

}  // namespace pgscore::formats
