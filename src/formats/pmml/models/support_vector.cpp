// SupportVectorMachineModel (PMML 4.4, SupportVectorMachine).
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::KernelMachine;
using model::Op;
using model::Operand;
using model::Precision;

namespace {

/// One SupportVectorMachine: which vectors of the dictionary, or which fields, with which
/// coefficients.
struct Machine {
  XmlElement element;
  std::vector<std::size_t> vectors;  // empty with the representation Coefficients
  std::vector<double> coefficients;
  double intercept = 0;
};

class SupportVectorReader {
 public:
  SupportVectorReader(const XmlElement &model, Scope &scope)
      : model_(model), scope_(scope), graph_(scope.graph()), precision_(precision_of(model)) {}

  Result read() {
    const std::string_view representation =
        model_.attribute("svmRepresentation").value_or("SupportVectors");
    if (representation != "SupportVectors" && representation != "Coefficients")
      model_.refuse("unknown svmRepresentation " + shown(representation));
    has_vectors_ = representation == "SupportVectors";
    read_kernel();
    read_fields();
    if (has_vectors_) read_vectors();
    for (const XmlElement element : model_.children("SupportVectorMachine"))
      machines_.push_back(read_machine(element));
    if (machines_.empty()) model_.refuse("it has no SupportVectorMachine");
    const std::vector<Operand> values = has_vectors_ ? evaluate_kernels() : evaluate_coefficients();
    Result result;
    if (task_of(model_) == Task::kRegression) {
      if (machines_.size() > 1)
        machines_[1].element.refuse("a regression has one SupportVectorMachine");
      result.value = number_column(
          values[0], precision_ == Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble);
      result.raw = {values[0]};
      return result;
    }
    result = classify(values);
    result.raw = values;
    return result;
  }

 private:
  double number(const XmlElement &element, std::string_view attribute, double otherwise) const {
    if (!element.attribute(attribute)) return otherwise;
    const double number = number_attribute(element, attribute, precision_);
    if (std::isinf(number)) element.refuse("attribute " + shown(attribute) + " is infinite");
    return number;
  }
  double rounded(double number) const {
    return precision_ == Precision::kFloat32 ? static_cast<double>(static_cast<float>(number))
                                             : number;
  }

  void read_kernel() {
    if (model_.child("LinearKernelType")) {
      machine_.kernel = KernelMachine::Kernel::kLinear;
    } else if (const auto polynomial = model_.child("PolynomialKernelType")) {
      machine_.kernel = KernelMachine::Kernel::kPolynomial;
      read_parameters(*polynomial);
      machine_.degree = number(*polynomial, "degree", 1);
    } else if (const auto radial = model_.child("RadialBasisKernelType")) {
      machine_.kernel = KernelMachine::Kernel::kRadial;
      machine_.gamma = number(*radial, "gamma", 1);
    } else if (const auto sigmoid = model_.child("SigmoidKernelType")) {
      machine_.kernel = KernelMachine::Kernel::kSigmoid;
      read_parameters(*sigmoid);
    } else if (has_vectors_) {
      model_.refuse("it has no kernel");
    }
    machine_.precision = precision_;
  }
  void read_parameters(const XmlElement &kernel) {
    machine_.gamma = number(kernel, "gamma", 1);
    machine_.offset = number(kernel, "coef0", 1);
  }

  void read_fields() {
    const XmlElement fields =
        model_.required_child("VectorDictionary").required_child("VectorFields");
    for (const XmlElement field : fields.children()) {
      if (field.is("FieldRef")) {
        const Column column = evaluate_expression(field, scope_);
        inputs_.push_back((column.is_text() ? graph_.cast(column, {}, field) : column).operand);
      } else if (field.is("CategoricalPredictor")) {
        const Column column = scope_.field(field.required("name"), field);
        const Operand indicator = graph_.equals(column, field.required("value"), field);
        const double coefficient = number(field, "coefficient", 1);
        inputs_.push_back(coefficient == 1
                              ? indicator
                              : graph_.apply(Op::kMultiply,
                                             {indicator, Operand::value(coefficient)}, precision_));
      } else {
        field.refuse_unsupported("vector fields of this kind are not supported");
      }
    }
    if (inputs_.empty()) fields.refuse("it has no fields");
  }

  void read_vectors() {
    const XmlElement dictionary = model_.required_child("VectorDictionary");
    std::size_t num_vectors = 0;
    std::uint64_t num_sparse = 0;
    for (const XmlElement instance : dictionary.children("VectorInstance")) {
      if (!indices_.emplace(std::string(instance.required("id")), num_vectors).second)
        instance.refuse("vector " + shown(instance.required("id")) + " is there twice");
      ++num_vectors;
      check_limit(std::uint64_t{num_vectors} * inputs_.size(), graph_.builder().limits().max_nodes,
                  "values of support vectors");
      const auto array = instance.first_child();
      if (!array) instance.refuse("it has no array");
      // What a document does not spell out may not take much more memory than what it does.
      if (!array->is("Array")) num_sparse += inputs_.size();
      check_limit(num_sparse, 64 * graph_.builder().limits().max_columns,
                  "values of sparse support vectors");
      std::vector<double> values = read_numbers(*array);
      // A sparse array need not say its size.
      if (!array->is("Array") && !array->attribute("n") && values.size() < inputs_.size())
        values.resize(inputs_.size(), 0);
      if (values.size() != inputs_.size())
        array->refuse("it has " + std::to_string(values.size()) + " elements, not " +
                      std::to_string(inputs_.size()));
      for (double value : values) {
        if (std::isinf(rounded(value))) array->refuse("an element is infinite");
        vectors_.push_back(rounded(value));
      }
    }
  }

  Machine read_machine(const XmlElement &element) {
    Machine machine{element, {}, {}, 0};
    const XmlElement coefficients = element.required_child("Coefficients");
    machine.intercept = number(coefficients, "absoluteValue", 0);
    for (const XmlElement coefficient : coefficients.children("Coefficient"))
      machine.coefficients.push_back(number(coefficient, "value", 0));
    std::size_t wanted = inputs_.size();
    if (has_vectors_) {
      if (const auto vectors = element.child("SupportVectors"))
        for (const XmlElement vector : vectors->children("SupportVector")) {
          const auto found = indices_.find(std::string(vector.required("vectorId")));
          if (found == indices_.end())
            vector.refuse("there is no vector " + shown(vector.required("vectorId")));
          machine.vectors.push_back(found->second);
        }
      wanted = machine.vectors.size();
    }
    if (machine.coefficients.size() != wanted)
      coefficients.refuse("it has " + std::to_string(machine.coefficients.size()) +
                          " coefficients, not " + std::to_string(wanted));
    return machine;
  }

  std::vector<Operand> evaluate_coefficients() {
    std::vector<Operand> values;
    for (const Machine &machine : machines_) {
      model::Linear linear;
      linear.precision = precision_;
      linear.intercept_first = false;
      linear.intercept = {machine.intercept};
      for (std::size_t i = 0; i < inputs_.size(); ++i)
        linear.terms.push_back({graph_.column(inputs_[i]), false, {machine.coefficients[i]}});
      values.push_back(Operand::of(graph_.builder().linear(std::move(linear))));
    }
    return values;
  }

  /// Machines that take their vectors in the order of the dictionary share the values of the kernel
  /// function. Others add up in an order of their own.
  std::vector<Operand> evaluate_kernels() {
    const std::vector<model::ColumnId> inputs = graph_.columns(inputs_);
    const bool in_order =
        std::all_of(machines_.begin(), machines_.end(), [](const Machine &machine) {
          return std::adjacent_find(machine.vectors.begin(), machine.vectors.end(),
                                    std::greater_equal<>()) == machine.vectors.end();
        });
    std::vector<Operand> values;
    if (in_order) {
      const auto n = static_cast<std::uint32_t>(machines_.size());
      KernelMachine shared = machine_;
      shared.inputs = inputs;
      shared.num_outputs = n;
      shared.vectors = vectors_;
      check_limit(std::uint64_t{indices_.size()} * n, graph_.builder().limits().max_nodes,
                  "coefficients of support vectors");
      shared.coefficients.assign(indices_.size() * n, 0);
      for (std::uint32_t j = 0; j < n; ++j) {
        shared.intercept.push_back(machines_[j].intercept);
        for (std::size_t i = 0; i < machines_[j].vectors.size(); ++i)
          shared.coefficients[machines_[j].vectors[i] * n + j] = machines_[j].coefficients[i];
      }
      const model::ColumnId first = graph_.builder().kernel_machine(std::move(shared));
      for (std::uint32_t j = 0; j < n; ++j) values.push_back(Operand::of(first + j));
      return values;
    }
    std::uint64_t num_values = 0;
    for (const Machine &machine : machines_) {
      num_values += machine.vectors.size() * inputs.size();
      check_limit(num_values, graph_.builder().limits().max_nodes, "values of support vectors");
      KernelMachine own = machine_;
      own.inputs = inputs;
      own.coefficients = machine.coefficients;
      own.intercept = {machine.intercept};
      for (std::size_t vector : machine.vectors) {
        const auto begin = vectors_.begin() + static_cast<std::ptrdiff_t>(vector * inputs.size());
        own.vectors.insert(own.vectors.end(), begin,
                           begin + static_cast<std::ptrdiff_t>(inputs.size()));
      }
      values.push_back(Operand::of(graph_.builder().kernel_machine(std::move(own))));
    }
    return values;
  }

  Result classify(const std::vector<Operand> &values) {
    std::vector<std::string> found;
    bool has_alternatives = true;
    for (const Machine &machine : machines_)
      found.emplace_back(machine.element.required("targetCategory"));
    for (const Machine &machine : machines_) {
      const auto alternative = machine.element.attribute("alternateTargetCategory");
      if (alternative) found.emplace_back(*alternative);
      has_alternatives = has_alternatives && alternative;
    }
    // PMML 3.2 and before
    const auto binary_alternative = model_.attribute("alternateBinaryTargetCategory");
    if (binary_alternative) found.emplace_back(*binary_alternative);
    labels_ = labels_of(read_target(model_, scope_), found);
    const std::string_view method = model_.attribute("classificationMethod").value_or("");
    if (!method.empty() && method != "OneAgainstAll" && method != "OneAgainstOne")
      model_.refuse("unknown classificationMethod " + shown(method));
    // One machine of two classes is one against one, whatever it says; a class that it leaves out
    // is the other one (pmml4s).
    const bool is_binary =
        machines_.size() == 1 && (has_alternatives || binary_alternative || labels_.size() == 2);
    if (is_binary || method == "OneAgainstOne" || (method.empty() && has_alternatives))
      return vote(values, binary_alternative);
    return choose_extreme(values);
  }

  std::size_t label_of(std::string_view text) const { return *find_label(labels_, text); }

  /// Each machine votes for one of two classes. Of classes with equally many votes the first one
  /// wins.
  Result vote(const std::vector<Operand> &values,
              std::optional<std::string_view> binary_alternative) {
    const bool max_wins = model_.boolean("maxWins", false);
    std::vector<std::vector<Operand>> votes(labels_.size());
    for (std::size_t j = 0; j < machines_.size(); ++j) {
      const XmlElement &element = machines_[j].element;
      const std::size_t label = label_of(element.required("targetCategory"));
      std::size_t alternative;
      Operand is_first;
      if (binary_alternative) {
        // "A rounded value of 1 corresponds to the targetCategory, 0 to the
        // alternateBinaryTargetCategory."
        alternative = label_of(*binary_alternative);
        is_first = graph_.apply(Op::kGreaterEqual, {values[j], Operand::value(0.5)});
      } else {
        const double threshold =
            element.number("threshold").value_or(model_.number("threshold").value_or(0));
        is_first = graph_.apply(max_wins ? Op::kGreater : Op::kLess,
                                {values[j], Operand::value(threshold)});
        alternative = element.attribute("alternateTargetCategory") || labels_.size() != 2
                          ? label_of(element.required("alternateTargetCategory"))
                          : 1 - label;
      }
      if (alternative == label) element.refuse("both of its categories are the same");
      votes[label].push_back(is_first);
      votes[alternative].push_back(graph_.apply(Op::kNot, {is_first}));
    }
    std::vector<Operand> probabilities;
    for (const std::vector<Operand> &of_label : votes)
      probabilities.push_back(graph_.apply(
          Op::kDivide,
          {graph_.sum(of_label), Operand::value(static_cast<double>(machines_.size()))}));
    return classification_of(scope_, labels_, std::move(probabilities));
  }

  /// The class whose machine has the least value, or the greatest. These are no probabilities.
  Result choose_extreme(const std::vector<Operand> &values) {
    const bool max_wins = model_.boolean("maxWins", false);
    std::vector<std::optional<Operand>> by_label(labels_.size());
    for (std::size_t j = 0; j < machines_.size(); ++j) {
      std::optional<Operand> &of_label =
          by_label[label_of(machines_[j].element.required("targetCategory"))];
      if (of_label) machines_[j].element.refuse("another machine has the same category");
      of_label = values[j];
    }
    std::vector<Operand> candidates;
    std::vector<double> label_of_input;
    for (std::size_t label = 0; label < labels_.size(); ++label) {
      if (!by_label[label]) continue;  // a class without a machine never wins
      candidates.push_back(*by_label[label]);
      label_of_input.push_back(static_cast<double>(label));
    }
    const Column winner = {graph_.rank(candidates, 1, !max_wins)[0], {}, nullptr};
    Result result;
    result.task = Task::kClassification;
    result.labels = labels_;
    result.value = {graph_.text_table(winner, std::move(label_of_input), model::kMissing),
                    {Type::Kind::kString, 1970},
                    Texts::closed(labels_)};
    for (const std::optional<Operand> &value : by_label)
      result.label_affinities.push_back(value.value_or(Operand::value(model::kMissing)));
    return result;
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  Precision precision_;
  bool has_vectors_ = true;
  KernelMachine machine_;  // the kernel function
  std::vector<Operand> inputs_;
  std::unordered_map<std::string, std::size_t> indices_;  // of vectors, by id
  std::vector<double> vectors_;
  std::vector<Machine> machines_;
  std::vector<std::string> labels_;
};

}  // namespace

Result read_support_vector(const XmlElement &model, Scope &scope) {
  const Task task = task_of(model);
  if (task == Task::kClustering)
    model.refuse("unknown function " + shown(model.required("functionName")));
  return SupportVectorReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
