#include "formats/pmml/model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::LinkFunction;
using model::Operand;
using model::Precision;

namespace {

// The elements that PMML 4.4 knows.
constexpr std::array kKinds = {
    ModelKind{"RegressionModel", read_regression,
              "every normalization, powers, categories, products of predictors, ordinal targets"},
    ModelKind{"TreeModel", read_tree,
              "every missingValueStrategy and predicate; no models within nodes"},
    ModelKind{"MiningModel", read_mining, "plain trees become one ensemble on the fast kernels"},
    ModelKind{"GeneralRegressionModel", read_general_regression,
              "every modelType, link function and contrast matrix; Cox regression gives the "
              "cumulative hazard"},
    ModelKind{"Scorecard", read_scorecard, "reason codes by rank, complex partial scores"},
    ModelKind{"NaiveBayesModel", read_naive_bayes,
              "counts, Gaussian, Poisson and uniform distributions"},
    ModelKind{"SupportVectorMachineModel", read_support_vector,
              "all kernels, one against all and one against one, coefficients without vectors"},
    ModelKind{"NeuralNetwork", read_neural_network,
              "every activation function and normalization, any connections; one target"},
    ModelKind{"ClusteringModel", read_clustering,
              "center-based; every measure; all compare functions but table"},
    ModelKind{"NearestNeighborModel", read_nearest_neighbor,
              "instances within the document, one target"},
    ModelKind{"RuleSetModel", read_rule_set,
              "firstHit, weightedSum, weightedMax; rules within rules"},
    ModelKind{"AnomalyDetectionModel", read_anomaly_detection,
              "isolation forests, one-class vectors, distances to clusters"},
    ModelKind{"AssociationModel", nullptr, "association rules give sets of items, not a score"},
    ModelKind{"BaselineModel", nullptr, ""},
    ModelKind{"BayesianNetworkModel", nullptr, ""},
    ModelKind{"GaussianProcessModel", nullptr, ""},
    ModelKind{"SequenceModel", nullptr, "needs more than one row"},
    ModelKind{"TextModel", nullptr, "documents, not rows"},
    ModelKind{"TimeSeriesModel", nullptr, "needs more than one row"},
};

const ModelKind *find_kind(const XmlElement &element) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const ModelKind &kind) { return element.is(kind.element); });
  return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace

std::span<const ModelKind> model_kinds() { return kKinds; }

const ModelKind &find_model_kind(const XmlElement &element) {
  const ModelKind *kind = find_kind(element);
  if (kind == nullptr) element.refuse("a model is expected here");
  if (kind->read == nullptr)
    element.refuse_unsupported(
        "models of this kind are not supported",
        kind->remark.empty() ? std::string()
                             : std::string(kind->element) + ": " + std::string(kind->remark) + ".");
  return *kind;
}

bool is_model(const XmlElement &element) { return find_kind(element) != nullptr; }

Task task_of(const XmlElement &model) {
  const std::string_view name = model.required("functionName");
  if (name == "regression") return Task::kRegression;
  if (name == "classification") return Task::kClassification;
  if (name == "clustering") return Task::kClustering;
  if (name == "mixed" && (model.is("MiningModel") || model.is("NearestNeighborModel")))
    return Task::kMixed;
  if (name == "associationRules" || name == "sequences" || name == "timeSeries" || name == "mixed")
    model.refuse_unsupported("function " + shown(name) + " is not supported");
  model.refuse("unknown function " + shown(name));
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
    if (found) element.refuse("there is another Target for the same field");
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

Target read_target(const XmlElement &model, Scope &scope) {
  std::string name;
  if (!scope.targets().empty()) name = scope.targets().front();
  for (const char *attribute : {"targetFieldName", "targetVariableName"})
    if (const auto own = model.attribute(attribute)) name = std::string(*own);
  return find_target(name, model, scope);
}

Target find_target(const std::string &name, const XmlElement &model, Scope &scope) {
  Target target;
  target.name = name;
  target.target = target_element(model, name);
  const DataField *field = scope.reading().dictionary().field(name);
  if (field != nullptr) {
    target.type = field->type;
    target.is_continuous = field->is_continuous;
    target.is_ordinal = field->element.attribute("optype") == "ordinal";
    target.values = field->valid;
  } else if (task_of(model) != Task::kRegression) {
    target.type = {Type::Kind::kString, 1970};
    target.is_continuous = false;
  }
  const auto of_target = target.target ? target.target->attribute("optype") : std::nullopt;
  if (const auto optype = of_target ? of_target : mining_optype(model, name)) {
    target.is_continuous = *optype == "continuous";
    target.is_ordinal = *optype == "ordinal";
  }
  return target;
}

std::optional<std::size_t> find_label(const std::vector<std::string> &labels,
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

std::vector<std::string> labels_of(const Target &target, const std::vector<std::string> &found) {
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

Result classification_of(Scope &scope, std::vector<std::string> labels,
                         std::vector<Operand> probabilities) {
  Graph &graph = scope.graph();
  Result result;
  result.task = Task::kClassification;
  const auto list = Texts::closed(labels);
  result.value = {Operand::of(graph.builder().arg_max(graph.columns(probabilities))),
                  {Type::Kind::kString, 1970},
                  list};
  result.labels = std::move(labels);
  result.probabilities = std::move(probabilities);
  return result;
}

Precision precision_of(const XmlElement &model) {
  const std::string_view context = model.attribute("x-mathContext").value_or("double");
  if (context == "double") return Precision::kFloat64;
  if (context == "float") return Precision::kFloat32;
  model.refuse("unknown x-mathContext " + shown(context));
}

double number_attribute(const XmlElement &element, std::string_view attribute,
                        Precision precision) {
  const double number = element.required_number(attribute);
  if (precision == Precision::kFloat64) return number;
  const std::optional<double> rounded =
      parse_value(element.required(attribute), {Type::Kind::kFloat, 1970});
  return rounded ? *rounded : static_cast<double>(static_cast<float>(number));
}

std::optional<Operand> inverse_link(Graph &graph, std::string_view name, Operand x,
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

Model read_model(const XmlElement &element, Reading &reading, Scope *around) {
  const Reading::Level level(reading, element);
  const ModelKind &kind = find_model_kind(element);
  if (!element.boolean("isScorable", true))
    element.refuse_unsupported("the model says that it is not to be scored with");
  Scope scope(reading, around, element);
  Model model;
  model.target = read_target(element, scope);
  model.result = kind.read(element, scope);
  apply_targets(model.result, model.target, scope.graph());
  for (Result &other : model.result.others)
    apply_targets(other, find_target(other.target, element, scope), scope.graph());
  model.outputs = read_outputs(element, model.result, model.target, scope);
  if (around != nullptr)
    for (const OutputColumn &output : model.outputs) around->define(output.name, output.column);
  return model;
}

}  // namespace pgscore::formats::pmml
