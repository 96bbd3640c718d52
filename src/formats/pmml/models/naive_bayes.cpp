// NaiveBayesModel (PMML 4.4, NaiveBayes).
//
// The score of a class is the logarithm of its count, plus for each input the logarithm of the
// input's likelihood in the class; missing inputs, and values without counts, are left out. The
// probabilities are the softmax of the scores. So JPMML-Evaluator (NaiveBayesModelEvaluator) and
// pmml4s compute it; the products of the standard's text are the same but for underflow.
#include <cmath>
#include <unordered_map>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

constexpr double kLogTwoPi = 1.8378770664093454836;

double count_of(const XmlElement &element) {
  const double count = element.required_number("count");
  if (!(count >= 0) || std::isinf(count)) element.refuse("the count is out of range");
  return count;
}

class NaiveBayesReader {
 public:
  NaiveBayesReader(const XmlElement &model, Scope &scope)
      : model_(model), scope_(scope), graph_(scope.graph()) {
    const double threshold = model.required_number("threshold");
    if (!(threshold >= 0)) model.refuse("the threshold is negative");
    log_threshold_ = std::log(threshold);
    const XmlElement bayes_output = model.required_child("BayesOutput");
    const std::string target = read_target(model, scope).name;
    if (const auto name = bayes_output.attribute("fieldName");
        name && !target.empty() && *name != target)
      bayes_output.refuse("field " + shown(*name) + " is not the target",
                          "The target is " + shown(target) + ".");
    const XmlElement output = bayes_output.required_child("TargetValueCounts");
    std::vector<std::string> found;
    for (const XmlElement count : output.children("TargetValueCount"))
      found.emplace_back(count.required("value"));
    labels_ = labels_of(read_target(model, scope), found);
    if (labels_.empty()) output.refuse("it has no TargetValueCount");
    check_limit(labels_.size(), scope.builder().limits().max_outputs, "classes");
    std::vector<double> priors(labels_.size(), 0);
    for (const XmlElement count : output.children("TargetValueCount"))
      priors[label_of(count)] = count_of(count);
    for (double prior : priors) terms_.push_back({Operand::value(std::log(prior))});
  }

  Result read() {
    const XmlElement inputs = model_.required_child("BayesInputs");
    for (const XmlElement child : inputs.all_children()) {
      if (child.is("BayesInput")) add_input(child, false);
      if (child.is("Extension"))
        for (const XmlElement input : child.children("BayesInput")) add_input(input, true);
    }
    std::vector<Operand> scores;
    for (const std::vector<Operand> &terms : terms_) scores.push_back(graph_.sum(terms));
    std::vector<Operand> probabilities = graph_.link(model::LinkFunction::kSoftmax, scores);
    Result result = classification_of(scope_, labels_, std::move(probabilities));
    result.raw = std::move(scores);
    return result;
  }

 private:
  /// `is_extension`: before PMML 4.2 there were no continuous distributions, and R's pmml wrote
  /// them as extensions.
  void add_input(const XmlElement &input, bool is_extension) {
    const std::string_view name = input.required("fieldName");
    if (const auto stats = input.child("TargetValueStats"))
      add_continuous(*stats, scope_.field(name, input), is_extension);
    else if (const auto derived = input.child("DerivedField"))
      add_discrete(input, evaluate_derived_field(*derived, scope_));
    else
      add_discrete(input, scope_.field(name, input));
  }

  std::size_t label_of(const XmlElement &element) {
    const std::string_view text = element.required("value");
    const auto [known, is_new] = known_labels_.try_emplace(std::string(text), 0);
    if (!is_new) return known->second;
    const auto label = find_label(labels_, text);
    if (!label) element.refuse("the target has no value " + shown(text));
    return known->second = *label;
  }

  /// P(value | class) is the value's count in the class over that of all values; the threshold in
  /// place of zero counts.
  void add_discrete(const XmlElement &input, const Column &field) {
    struct Count {
      std::string_view value;
      double count;
    };
    std::vector<std::vector<Count>> counts(labels_.size());
    bool has_pairs = false;
    for (const XmlElement pair : input.children("PairCounts")) {
      has_pairs = true;
      for (const XmlElement count :
           pair.required_child("TargetValueCounts").children("TargetValueCount"))
        counts[label_of(count)].push_back({pair.required("value"), count_of(count)});
    }
    if (!has_pairs) input.refuse("it has neither PairCounts nor TargetValueStats");
    for (std::size_t label = 0; label < labels_.size(); ++label) {
      double sum = 0;
      for (const Count &count : counts[label]) sum += count.count;
      std::vector<std::pair<std::string_view, double>> likelihoods;
      for (const auto &[value, count] : counts[label])
        likelihoods.emplace_back(value, count == 0 ? log_threshold_ : std::log(count / sum));
      terms_[label].push_back(table(input, field, likelihoods));
    }
  }

  Operand table(const XmlElement &input, const Column &field,
                const std::vector<std::pair<std::string_view, double>> &entries) {
    if (!field.is_text()) {
      std::vector<std::pair<double, double>> numbers;
      for (const auto &[text, value] : entries) {
        const std::optional<double> number = parse_value(text, field.type);
        if (!number) input.refuse("value " + shown(text) + " does not fit the type of the field");
        numbers.emplace_back(*number, value);
      }
      return graph_.number_table(field.operand, std::move(numbers), 0, 0);
    }
    for (const auto &[text, value] : entries) field.texts->find(text);  // an open list takes it in
    num_values_ += field.texts->size();
    check_limit(num_values_, 16 * scope_.builder().limits().max_columns, "counts");
    std::vector<double> values(field.texts->size(), 0);
    for (const auto &[text, value] : entries)
      if (const auto index = field.texts->find(text)) values[*index] = value;
    return graph_.text_table(field, std::move(values), 0, 0);
  }

  void add_continuous(const XmlElement &stats, const Column &field, bool is_extension) {
    if (field.is_text()) stats.refuse("the field is a string");
    bool has_stat = false;
    for (const XmlElement stat : stats.children("TargetValueStat")) {
      const auto distribution = stat.first_child();
      if (!distribution) stat.refuse("it has no distribution");
      // No density is less than the threshold. In the extensions it stands for zero only, as in R's
      // e1071 that they come from.
      const Operand log_density = this->log_density(*distribution, field.operand),
                    least = Operand::value(log_threshold_);
      const Operand is_zero =
          graph_.apply(Op::kEqual, {log_density, Operand::value(std::log(0.0))});
      const Operand density = is_extension ? graph_.apply(Op::kIf, {is_zero, least, log_density})
                                           : graph_.apply(Op::kMax, {log_density, least});
      terms_[label_of(stat)].push_back(graph_.if_missing(density, Operand::value(0)));
      has_stat = true;
    }
    if (!has_stat) stats.refuse("it has no TargetValueStat");
  }

  Operand log_density(const XmlElement &distribution, Operand x) {
    if (distribution.is("GaussianDistribution")) {
      // -(x - mean)^2 / (2 variance) - log(2 pi variance) / 2
      const double mean = distribution.required_number("mean"),
                   variance = distribution.required_number("variance");
      if (!(variance > 0) || std::isinf(variance))
        distribution.refuse("the variance is not positive");
      const Operand d = graph_.apply(Op::kSubtract, {x, Operand::value(mean)});
      const Operand exponent = graph_.apply(
          Op::kDivide, {graph_.apply(Op::kMultiply, {d, d}), Operand::value(-2 * variance)});
      return graph_.apply(Op::kSubtract,
                          {exponent, Operand::value((kLogTwoPi + std::log(variance)) / 2)});
    }
    if (distribution.is("PoissonDistribution")) {
      // x log(mean) - mean - log(x!)
      const double mean = distribution.required_number("mean");
      if (!(mean > 0) || std::isinf(mean)) distribution.refuse("the mean is not positive");
      const Operand power = graph_.apply(Op::kMultiply, {x, Operand::value(std::log(mean))});
      const Operand density = graph_.apply(
          Op::kSubtract,
          {graph_.apply(Op::kSubtract, {power, Operand::value(mean)}), log_factorial(x)});
      return graph_.choose(graph_.apply(Op::kLess, {x, Operand::value(0)}),
                           Operand::value(std::log(0.0)), density);
    }
    if (distribution.is("UniformDistribution")) {
      const double lower = distribution.required_number("lower"),
                   upper = distribution.required_number("upper");
      if (!(lower < upper) || std::isinf(upper - lower))
        distribution.refuse("its interval is empty");
      const Operand inside =
          graph_.apply(Op::kAnd, {graph_.apply(Op::kGreaterEqual, {x, Operand::value(lower)}),
                                  graph_.apply(Op::kLessEqual, {x, Operand::value(upper)})});
      return graph_.apply(Op::kIf, {inside, Operand::value(-std::log(upper - lower)),
                                    Operand::value(std::log(0.0))});
    }
    distribution.refuse_unsupported("this distribution is not supported");
  }

  /// log(x!) of a count: a table of the first ones, then Stirling's series, whose error is below
  /// 1e-16 from 20 on.
  Operand log_factorial(Operand x) {
    constexpr int kTableSize = 20;
    std::vector<std::pair<double, double>> entries;
    double factorial = 1;  // exact: 19! < 2^57 with enough twos in it
    for (int i = 0; i < kTableSize; ++i) {
      if (i > 0) factorial *= i;
      entries.emplace_back(i, std::log(factorial));
    }
    auto apply = [&](Op op, Operand a, Operand b) { return graph_.apply(op, {a, b}); };
    auto number = [](double value) { return Operand::value(value); };
    // (x + 1/2) log x - x + log(2 pi) / 2 + 1/(12 x) - 1/(360 x^3) + 1/(1260 x^5) - 1/(1680 x^7)
    const Operand inverse = apply(Op::kDivide, number(1), x),
                  square = apply(Op::kMultiply, inverse, inverse);
    Operand series = apply(Op::kMultiply, square, number(-1.0 / 1680));
    for (const double coefficient : {1.0 / 1260, -1.0 / 360})
      series = apply(Op::kMultiply, square, apply(Op::kAdd, series, number(coefficient)));
    series = apply(Op::kMultiply, inverse, apply(Op::kAdd, series, number(1.0 / 12)));
    const Operand main = apply(
        Op::kSubtract,
        apply(Op::kMultiply, apply(Op::kAdd, x, number(0.5)), graph_.apply(Op::kLog, {x})), x);
    const Operand stirling = apply(Op::kAdd, apply(Op::kAdd, main, number(kLogTwoPi / 2)), series);
    const Operand exact = graph_.number_table(x, std::move(entries), model::kMissing);
    return graph_.if_missing(exact, stirling);
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  double log_threshold_ = 0;
  std::uint64_t num_values_ = 0;  // of all tables
  std::vector<std::string> labels_;
  std::unordered_map<std::string, std::size_t> known_labels_;
  std::vector<std::vector<Operand>> terms_;  // by label
};

}  // namespace

Result read_naive_bayes(const XmlElement &model, Scope &scope) {
  if (task_of(model) != Task::kClassification)
    model.refuse("a NaiveBayesModel that is no classification");
  return NaiveBayesReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
