// NeuralNetwork (PMML 4.4, NeuralNetwork).
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <unordered_map>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::LinkFunction;
using model::Op;
using model::Operand;
using model::Precision;

namespace {

struct Connection {
  std::string from;
  double weight = 0;
};

/// Neurons of a layer that add up the same inputs in the same order: a matrix.
struct NeuronGroup {
  std::vector<std::size_t> neurons;  // indices in the layer
  std::vector<Operand> inputs;
  std::vector<double> weights;  // neuron by neuron
};

class NeuralNetworkReader {
 public:
  NeuralNetworkReader(const XmlElement &model, Scope &scope)
      : model_(model), scope_(scope), graph_(scope.graph()), precision_(precision_of(model)) {}

  Result read() {
    read_inputs();
    bool has_layer = false;
    for (const XmlElement layer : model_.children("NeuralLayer")) {
      read_layer(layer);
      has_layer = true;
    }
    if (!has_layer) model_.refuse("it has no NeuralLayer");
    return by_target(read_outputs(), task_of(model_) == Task::kClassification);
  }

 private:
  // ---- inputs and layers ------------------------------------------------------------------------

  void define(const XmlElement &element, Operand value) {
    if (!values_.emplace(std::string(element.required("id")), value).second)
      element.refuse("neuron " + shown(element.required("id")) + " is there twice");
  }
  Operand neuron(std::string_view id, const XmlElement &at) const {
    const auto found = values_.find(std::string(id));
    if (found == values_.end()) at.refuse("there is no neuron " + shown(id) + " before it");
    return found->second;
  }
  double number(const XmlElement &element, std::string_view attribute) const {
    const double number = number_attribute(element, attribute, precision_);
    if (std::isinf(number)) element.refuse("attribute " + shown(attribute) + " is infinite");
    return number;
  }
  /// An attribute of the layer, or else of the network.
  std::optional<std::string_view> of_layer(const XmlElement &layer, std::string_view name) const {
    const auto own = layer.attribute(name);
    return own ? own : model_.attribute(name);
  }
  std::optional<double> number_of_layer(const XmlElement &layer, std::string_view name) const {
    if (layer.attribute(name)) return number(layer, name);
    if (model_.attribute(name)) return number(model_, name);
    return std::nullopt;
  }

  void read_inputs() {
    const XmlElement inputs = model_.required_child("NeuralInputs");
    for (const XmlElement input : inputs.children("NeuralInput")) {
      const XmlElement field = input.required_child("DerivedField");
      Column value = evaluate_derived_field(field, scope_);
      if (value.is_text()) value = graph_.cast(value, {}, field);
      define(input, value.operand);
    }
    if (values_.empty()) inputs.refuse("it has no NeuralInput");
  }

  void read_layer(const XmlElement &layer) {
    std::vector<XmlElement> neurons;
    for (const XmlElement element : layer.children("Neuron")) neurons.push_back(element);
    if (neurons.empty()) layer.refuse("it has no Neuron");
    const auto activation = of_layer(layer, "activationFunction");
    if (!activation) layer.refuse("it has no activationFunction");
    std::vector<Operand> values(neurons.size(), Operand::value(0));
    for (const NeuronGroup &group : read_groups(neurons)) {
      const std::vector<Operand> sums = *activation == "radialBasis"
                                            ? radial_basis(layer, neurons, group)
                                            : weighted_sums(neurons, group);
      const std::vector<Operand> outputs =
          *activation == "radialBasis" ? sums : activate(layer, *activation, sums);
      for (std::size_t i = 0; i < group.neurons.size(); ++i) values[group.neurons[i]] = outputs[i];
    }
    values = normalize(layer, values);
    for (std::size_t i = 0; i < neurons.size(); ++i) define(neurons[i], values[i]);
  }

  std::vector<NeuronGroup> read_groups(const std::vector<XmlElement> &neurons) {
    std::vector<NeuronGroup> groups;
    std::vector<std::string> before;
    for (std::size_t i = 0; i < neurons.size(); ++i) {
      std::vector<std::string> from;
      std::vector<double> weights;
      for (const XmlElement connection : neurons[i].children("Con")) {
        from.emplace_back(connection.required("from"));
        weights.push_back(number(connection, "weight"));
      }
      if (from.empty()) neurons[i].refuse("it has no connections");
      if (groups.empty() || from != before) {
        groups.emplace_back();
        for (const std::string &id : from) groups.back().inputs.push_back(neuron(id, neurons[i]));
      }
      groups.back().neurons.push_back(i);
      groups.back().weights.insert(groups.back().weights.end(), weights.begin(), weights.end());
      before = std::move(from);
    }
    return groups;
  }

  std::vector<Operand> weighted_sums(const std::vector<XmlElement> &neurons,
                                     const NeuronGroup &group) {
    const std::size_t num_inputs = group.inputs.size(), num_outputs = group.neurons.size();
    model::Dense layer;
    layer.precision = precision_;
    layer.inputs = graph_.columns(group.inputs);
    layer.num_outputs = static_cast<std::uint32_t>(num_outputs);
    layer.weights.resize(num_inputs * num_outputs);
    for (std::size_t j = 0; j < num_outputs; ++j) {
      const XmlElement &element = neurons[group.neurons[j]];
      layer.bias.push_back(element.attribute("bias") ? number(element, "bias") : 0);
      for (std::size_t k = 0; k < num_inputs; ++k)
        layer.weights[k * num_outputs + j] = group.weights[j * num_inputs + k];
    }
    return graph_.dense(std::move(layer));
  }

  /// exp(n * log(altitude) - sum of (x - weight)^2 / (2 * width^2)), n the number of connections.
  std::vector<Operand> radial_basis(const XmlElement &layer, const std::vector<XmlElement> &neurons,
                                    const NeuronGroup &group) {
    const std::size_t num_inputs = group.inputs.size();
    model::Distances distances;
    distances.measure = model::Distances::Measure::kSquaredEuclidean;
    for (const model::ColumnId column : graph_.columns(group.inputs))
      distances.fields.push_back({.column = column});
    distances.num_points = static_cast<std::uint32_t>(group.neurons.size());
    distances.points = group.weights;
    std::vector<Operand> values =
        Graph::range(graph_.builder().distances(std::move(distances)), group.neurons.size());
    // A distance leaves missing inputs out; a neuron has no value then.
    Operand is_missing = Operand::value(0);
    for (const Operand &input : group.inputs)
      is_missing = graph_.apply(Op::kOr, {is_missing, graph_.apply(Op::kIsMissing, {input})});
    for (std::size_t j = 0; j < values.size(); ++j) {
      const XmlElement &element = neurons[group.neurons[j]];
      const auto width =
          element.attribute("width") ? number(element, "width") : number_of_layer(layer, "width");
      const auto altitude = element.attribute("altitude") ? number(element, "altitude")
                                                          : number_of_layer(layer, "altitude");
      if (!width || !(*width > 0)) element.refuse("it has no positive width");
      if (altitude && !(*altitude > 0)) element.refuse("the altitude is not positive");
      Operand z =
          graph_.apply(Op::kDivide, {values[j], Operand::value(-2 * *width * *width)}, precision_);
      if (altitude && *altitude != 1)
        z = graph_.apply(Op::kAdd,
                         {z, Operand::value(static_cast<double>(num_inputs) * std::log(*altitude))},
                         precision_);
      values[j] = graph_.choose(is_missing, Operand::value(model::kMissing),
                                graph_.apply(Op::kExp, {z}, precision_));
    }
    return values;
  }

  std::vector<Operand> link(LinkFunction function, const std::vector<Operand> &x) {
    return graph_.link(function, x, precision_);
  }

  std::vector<Operand> activate(const XmlElement &layer, std::string_view name,
                                const std::vector<Operand> &z) {
    if (name == "identity") return z;
    if (name == "logistic") return link(LinkFunction::kLogistic, z);
    if (name == "tanh") return link(LinkFunction::kTanh, z);
    // With a leakage, values below 0 are multiplied by it (an extension of JPMML's converters).
    const auto leakage = number_of_layer(layer, "x-leakage");
    if (name == "rectifier" && !leakage) return link(LinkFunction::kRectify, z);
    std::vector<Operand> out;
    for (const Operand &x : z) out.push_back(activate_one(layer, name, leakage, x));
    return out;
  }

  Operand activate_one(const XmlElement &layer, std::string_view name,
                       std::optional<double> leakage, Operand z) {
    auto unary = [&](Op op, Operand x) { return graph_.apply(op, {x}, precision_); };
    auto binary = [&](Op op, Operand x, Operand y) { return graph_.apply(op, {x, y}, precision_); };
    const Operand one = Operand::value(1), zero = Operand::value(0);
    if (name == "threshold")
      return binary(Op::kGreater, z,
                    Operand::value(number_of_layer(layer, "threshold").value_or(0)));
    if (name == "exponential") return unary(Op::kExp, z);
    if (name == "reciprocal") return binary(Op::kDivide, one, z);
    if (name == "square") return binary(Op::kMultiply, z, z);
    if (name == "Gauss") return unary(Op::kExp, unary(Op::kNegate, binary(Op::kMultiply, z, z)));
    if (name == "sine") return unary(Op::kSin, z);
    if (name == "cosine") return unary(Op::kCos, z);
    if (name == "Elliott") return binary(Op::kDivide, z, binary(Op::kAdd, one, unary(Op::kAbs, z)));
    if (name == "arctan")  // 2 * arctan(z) / pi
      return binary(Op::kDivide, binary(Op::kMultiply, Operand::value(2), unary(Op::kAtan, z)),
                    Operand::value(std::numbers::pi));
    if (name == "rectifier")
      return graph_.apply(
          Op::kIf,
          {binary(Op::kGreater, z, zero), z, binary(Op::kMultiply, z, Operand::value(*leakage))},
          precision_);
    layer.refuse("unknown activationFunction " + shown(name));
  }

  std::vector<Operand> normalize(const XmlElement &layer, const std::vector<Operand> &values) {
    const std::string_view method = of_layer(layer, "normalizationMethod").value_or("none");
    if (method == "none") return values;
    if (method == "softmax") return link(LinkFunction::kSoftmax, values);
    if (method == "simplemax") return link(LinkFunction::kNormalize, values);
    layer.refuse("unknown normalizationMethod " + shown(method));
  }

  // ---- outputs ----------------------------------------------------------------------------------

  struct NetworkOutput {
    XmlElement element;
    XmlElement expression;
    std::string id;
    Operand value;
    std::string field;  // the target that it belongs to
  };

  /// What the DerivedField of an output says: its expression, that of the derived field that it
  /// refers to where it does.
  XmlElement output_expression(const XmlElement &derived_field) const {
    const auto expression = derived_field.first_child();
    if (!expression || !is_expression(*expression)) derived_field.refuse("it has no expression");
    if (!expression->is("FieldRef")) return *expression;
    const std::string_view name = expression->required("field");
    std::vector<XmlElement> fields = scope_.reading().dictionary().derived_fields();
    if (const auto local = model_.child("LocalTransformations"))
      for (const XmlElement field : local->children("DerivedField")) fields.push_back(field);
    for (const XmlElement &field : fields)
      if (field.required("name") == name)
        if (const auto inner = field.first_child()) return *inner;
    return *expression;
  }

  std::vector<NetworkOutput> read_outputs() {
    std::vector<NetworkOutput> outputs;
    const XmlElement parent = model_.required_child("NeuralOutputs");
    for (const XmlElement element : parent.children("NeuralOutput")) {
      const XmlElement expression = output_expression(element.required_child("DerivedField"));
      const std::string id(element.required("outputNeuron"));
      outputs.push_back({element, expression, id, neuron(id, element),
                         std::string(expression.attribute("field").value_or(""))});
    }
    if (outputs.empty()) parent.refuse("it has no NeuralOutput");
    return outputs;
  }

  /// A network may predict several targets, each with neurons of its own.
  Result by_target(const std::vector<NetworkOutput> &outputs, bool classifies) {
    const std::vector<std::string> &targets = scope_.targets();
    std::vector<Result> results;
    for (const std::string &name : targets) {
      std::vector<NetworkOutput> own;
      for (const NetworkOutput &output : outputs)
        if (output.field == name) own.push_back(output);
      if (own.empty()) continue;
      const Target target = find_target(name, model_, scope_);
      results.push_back(classifies ? classify(own, target) : regress(own));
      results.back().target = name;
    }
    const Target first = read_target(model_, scope_);
    // The expressions of the outputs need not say the target when there is one only.
    if (results.empty()) return classifies ? classify(outputs, first) : regress(outputs);
    for (const NetworkOutput &output : outputs)
      if (std::find(targets.begin(), targets.end(), output.field) == targets.end())
        output.element.refuse("the model has no target " + shown(output.field));
    if (results.front().target != first.name)
      model_.refuse("there is no NeuralOutput for the target " + shown(first.name));
    Result result = std::move(results.front());
    result.others.assign(std::make_move_iterator(results.begin() + 1),
                         std::make_move_iterator(results.end()));
    return result;
  }

  Result regress(const std::vector<NetworkOutput> &outputs) {
    const NetworkOutput &output = outputs.front();
    if (outputs.size() != 1) outputs[1].element.refuse("the target has more than one output");
    Result result;
    result.raw = {output.value};
    Operand value = output.value;
    if (output.expression.is("NormContinuous"))
      value = denormalize(output.expression, value);
    else if (!output.expression.is("FieldRef"))
      output.expression.refuse_unsupported("this expression is not supported in a NeuralOutput");
    result.value = number_column(value);
    return result;
  }

  /// The inverse of a NormContinuous: between two points the line through them, beyond the
  /// outermost ones the same line.
  Operand denormalize(const XmlElement &norm, Operand y) {
    struct Point {
      double orig, norm;
    };
    std::vector<Point> points;
    for (const XmlElement element : norm.children("LinearNorm"))
      points.push_back({element.required_number("orig"), element.required_number("norm")});
    if (points.size() < 2) norm.refuse("it has fewer than two LinearNorms");
    if (points.front().norm > points.back().norm) std::reverse(points.begin(), points.end());
    for (std::size_t i = 1; i < points.size(); ++i)
      if (!(points[i - 1].norm < points[i].norm)) norm.refuse("it has no inverse");
    // orig = (y - norm_i) / (norm_j - norm_i) * (orig_j - orig_i) + orig_i
    const std::size_t num_lines = points.size() - 1;
    std::vector<double> cuts, start, width, height, origin;
    for (std::size_t i = 0; i < num_lines; ++i) {
      if (i > 0) cuts.push_back(points[i].norm);
      start.push_back(points[i].norm);
      width.push_back(points[i + 1].norm - points[i].norm);
      height.push_back(points[i + 1].orig - points[i].orig);
      origin.push_back(points[i].orig);
    }
    auto by_line = [&](std::vector<double> values) {
      if (num_lines == 1) return Operand::value(values[0]);
      model::Discretize bins;
      bins.input = graph_.column(y);
      bins.cuts = cuts;
      bins.values = std::move(values);
      return Operand::of(graph_.builder().discretize(std::move(bins)));
    };
    auto binary = [&](Op op, Operand a, Operand b) { return graph_.apply(op, {a, b}, precision_); };
    const Operand part =
        binary(Op::kDivide, binary(Op::kSubtract, y, by_line(start)), by_line(width));
    return binary(Op::kAdd, binary(Op::kMultiply, part, by_line(height)), by_line(origin));
  }

  Result classify(const std::vector<NetworkOutput> &outputs, const Target &target) {
    std::vector<std::string> found, ids;
    std::vector<Operand> values;
    for (const NetworkOutput &output : outputs) {
      if (!output.expression.is("NormDiscrete"))
        output.expression.refuse_unsupported("this expression is not supported in a NeuralOutput");
      found.emplace_back(output.expression.required("value"));
    }
    const std::vector<std::string> labels = labels_of(target, found);
    std::vector<std::optional<Operand>> by_label(labels.size());
    ids.resize(labels.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::size_t label = *find_label(labels, found[i]);
      if (by_label[label]) outputs[i].element.refuse("another output has the same category");
      by_label[label] = outputs[i].value;
      ids[label] = outputs[i].id;
    }
    // One output for two classes: the other class has the rest.
    if (outputs.size() == 1 && labels.size() == 2) {
      const std::size_t other = by_label[0] ? 1 : 0;
      by_label[other] =
          graph_.apply(Op::kSubtract, {Operand::value(1), outputs[0].value}, precision_);
      ids[other] = outputs[0].id;
    }
    for (std::optional<Operand> &value : by_label)
      values.push_back(value.value_or(Operand::value(0)));
    Result result = classification_of(scope_, labels, values);
    // The winning neuron.
    std::vector<double> indices;
    const auto texts = Texts::closed(ids);
    for (const std::string &id : ids) indices.push_back(*texts->find(id));
    result.entities = {{graph_.text_table(result.value, std::move(indices), model::kMissing),
                        {Type::Kind::kString, 1970},
                        texts}};
    result.affinities = {};
    return result;
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  Precision precision_;
  std::unordered_map<std::string, Operand> values_;  // of neurons and inputs, by id
};

}  // namespace

Result read_neural_network(const XmlElement &model, Scope &scope) {
  if (task_of(model) == Task::kClustering)
    model.refuse("unknown function " + shown(model.required("functionName")));
  return NeuralNetworkReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
