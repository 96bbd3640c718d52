// RuleSetModel (PMML 4.4, Ruleset).
#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

struct FiringRule {
  XmlElement element;
  Operand fires = Operand::value(0);  // true, false or missing, which is not fired
  std::string score;
  double weight = 1, confidence = 1;
  std::size_t label = 0;
};

class RuleSetReader {
 public:
  RuleSetReader(const XmlElement &model, Scope &scope)
      : scope_(scope),
        graph_(scope.graph()),
        model_(model),
        rule_set_(model.required_child("RuleSet")) {}

  Result read() {
    const auto method = rule_set_.child("RuleSelectionMethod");  // the first one is the default
    if (!method) rule_set_.refuse("it has no RuleSelectionMethod");
    const std::string_view criterion = method->required("criterion");
    add_rules(rule_set_, Operand::value(1));
    if (const auto score = rule_set_.attribute("defaultScore"))
      default_score_ = std::string(*score);
    default_confidence_ = rule_set_.number("defaultConfidence").value_or(0);
    const Task task = task_of(model_);
    if (criterion != "firstHit" && criterion != "weightedSum" && criterion != "weightedMax")
      method->refuse("unknown criterion " + shown(criterion));
    if (task == Task::kRegression) return regress(criterion, *method);
    if (task != Task::kClassification)
      model_.refuse("unknown function " + shown(model_.required("functionName")));
    read_labels();
    return criterion == "weightedSum" ? sum_weights() : select(order(criterion == "weightedMax"));
  }

 private:
  static bool is_rule(const XmlElement &element) {
    return element.is("SimpleRule") || element.is("CompoundRule");
  }

  /// The simple rules inside of `parent`, in their order. A rule inside of others fires where these
  /// are true as well.
  void add_rules(const XmlElement &parent, Operand around) {
    const Reading::Level level(scope_.reading(), parent);
    for (const XmlElement element : parent.children()) {
      if (!is_rule(element)) continue;
      const Operand own = evaluate_predicate(predicate_of(element), scope_);
      const bool is_outermost = around.is_constant() && around.constant == 1;
      const Operand fires = is_outermost ? own : graph_.apply(Op::kAnd, {around, own});
      if (element.is("CompoundRule")) {
        add_rules(element, fires);
        continue;
      }
      FiringRule rule{element, fires, std::string(element.required("score"))};
      rule.weight = element.number("weight").value_or(1);
      rule.confidence = element.number("confidence").value_or(1);
      rules_.push_back(std::move(rule));
    }
  }

  void read_labels() {
    const auto found = Texts::open({});
    for (const FiringRule &rule : rules_) found->find(rule.score);
    if (default_score_) found->find(*default_score_);
    labels_ = labels_of(read_target(model_, scope_), found->texts());
    if (labels_.empty()) rule_set_.refuse("it has no rules");
    check_limit(labels_.size(), scope_.builder().limits().max_outputs, "classes");
    std::vector<std::size_t> label_of_text;
    for (const std::string &text : found->texts())
      label_of_text.push_back(*find_label(labels_, text));
    for (FiringRule &rule : rules_) rule.label = label_of_text[*found->find(rule.score)];
    if (default_score_)
      default_label_ = static_cast<double>(label_of_text[*found->find(*default_score_)]);
  }

  /// The rules in the order in which the first one that fires is to be taken.
  std::vector<std::size_t> order(bool by_weight) const {
    std::vector<std::size_t> order(rules_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (by_weight)
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return rules_[a].weight > rules_[b].weight;
      });
    return order;
  }

  /// The place in `order` of the first rule that fires, counted from 1; 0 when none does.
  Operand first_that_fires(const std::vector<std::size_t> &order) {
    if (order.empty()) return Operand::value(0);
    model::PredicateTree tree;
    tree.no_true_child = model::PredicateTree::NoTrueChild::kLast;
    tree.nodes.push_back({Operand::value(1), 1, static_cast<std::uint32_t>(order.size())});
    for (std::size_t rule : order) tree.nodes.push_back({rules_[rule].fires});
    return Operand::of(graph_.builder().predicate_tree(std::move(tree)));
  }

  /// A value for each rule of `order`, and one when no rule fires.
  template <class OfRule>
  Operand by_rule(Operand place, const std::vector<std::size_t> &order, double of_none,
                  OfRule of_rule) {
    std::vector<double> values = {of_none};
    for (std::size_t rule : order) values.push_back(of_rule(rules_[rule]));
    return graph_.text_table({place, {}, nullptr}, std::move(values), kMissing);
  }

  /// firstHit, and weightedMax with the rules ordered by weight. The confidence is that of the
  /// rule.
  Result select(const std::vector<std::size_t> &order) {
    check_limit(std::uint64_t{rules_.size()} * labels_.size(),
                16 * scope_.builder().limits().max_columns, "probabilities of rules");
    const Operand place = first_that_fires(order);
    const Type text_type{Type::Kind::kString, 1970};
    Result result =
        classification(by_rule(place, order, default_label_, [](const FiringRule &rule) {
          return static_cast<double>(rule.label);
        }));
    // Other classes have the confidence of the first of their own rules (JPMML-Evaluator,
    // RuleSetModelEvaluator).
    std::vector<std::vector<std::size_t>> by_label(labels_.size());
    for (std::size_t rule : order) by_label[rules_[rule].label].push_back(rule);
    for (std::size_t label = 0; label < labels_.size(); ++label) {
      const Operand own = by_rule(first_that_fires(by_label[label]), by_label[label], 0,
                                  [](const FiringRule &rule) { return rule.confidence; });
      const double of_default =
          default_label_ == static_cast<double>(label) ? default_confidence_ : 0;
      const Operand none = graph_.apply(Op::kEqual, {place, Operand::value(0)});
      result.confidences.push_back(graph_.choose(none, Operand::value(of_default), own));
    }
    add_probabilities(place, order, result);
    std::vector<std::string> ids;
    bool has_ids = false;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      // Rules without an id are counted from 1.
      const auto id = rules_[i].element.attribute("id");
      has_ids = has_ids || id;
      ids.emplace_back(id ? std::string(*id) : std::to_string(i + 1));
    }
    const auto texts = Texts::closed(ids);
    if (!ids.empty())
      result.entities = {{by_rule(place, order, kMissing,
                                  [&](const FiringRule &rule) {
                                    return *texts->find(
                                        ids[static_cast<std::size_t>(&rule - rules_.data())]);
                                  }),
                          text_type, texts}};
    return result;
  }

  /// The probabilities of the classes are those of the rule's ScoreDistributions. Without them the
  /// class of the rule has its confidence and the other one, when rules give two classes, the rest
  /// (RapidMiner).
  void add_probabilities(Operand place, const std::vector<std::size_t> &order, Result &result) {
    const bool has_distributions =
        !rules_.empty() && std::all_of(rules_.begin(), rules_.end(), [](const FiringRule &rule) {
          return rule.element.child("ScoreDistribution");
        });
    std::vector<bool> is_given(labels_.size(), false);
    for (const FiringRule &rule : rules_) is_given[rule.label] = true;
    if (default_label_ >= 0) is_given[static_cast<std::size_t>(default_label_)] = true;
    if (!has_distributions && std::count(is_given.begin(), is_given.end(), true) != 2) return;
    const std::vector<double> of_none =
        has_distributions && rule_set_.child("ScoreDistribution")
            ? distribution(rule_set_)
            : split(has_distributions ? kMissing : default_label_, default_confidence_, is_given);
    std::vector<std::vector<double>> of_rules;
    for (const FiringRule &rule : rules_)
      of_rules.push_back(has_distributions
                             ? distribution(rule.element)
                             : split(static_cast<double>(rule.label), rule.confidence, is_given));
    for (std::size_t label = 0; label < labels_.size(); ++label)
      result.probabilities.push_back(
          by_rule(place, order, of_none[label], [&](const FiringRule &rule) {
            return of_rules[static_cast<std::size_t>(&rule - rules_.data())][label];
          }));
  }

  std::vector<double> distribution(const XmlElement &parent) const {
    std::vector<double> values(labels_.size(), 0);
    double total = 0;
    bool has_probability = false;
    for (const XmlElement part : parent.children("ScoreDistribution")) {
      const auto label = find_label(labels_, part.required("value"));
      if (!label) part.refuse("the target has no value " + shown(part.required("value")));
      const auto probability = part.number("probability");
      has_probability = has_probability || probability;
      values[*label] = probability ? *probability : part.required_number("recordCount");
      total += values[*label];
    }
    if (!has_probability)
      for (double &value : values) value /= total;
    return values;
  }
  /// `confidence` for one of the two classes that rules give, and the rest for the other one.
  std::vector<double> split(double label, double confidence,
                            const std::vector<bool> &is_given) const {
    if (!(label >= 0)) return std::vector<double>(labels_.size(), kMissing);
    std::vector<double> values(labels_.size(), 0);
    for (std::size_t i = 0; i < labels_.size(); ++i)
      if (is_given[i]) values[i] = static_cast<double>(i) == label ? confidence : 1 - confidence;
    return values;
  }

  /// weightedSum: the class whose rules that fire weigh most; its confidence is the sum over the
  /// number of all rules that fire.
  Result sum_weights() {
    std::vector<Operand> fired;
    std::vector<std::vector<Operand>> weights(labels_.size());
    for (const FiringRule &rule : rules_) {
      const Operand fires = graph_.if_missing(rule.fires, Operand::value(0));
      fired.push_back(fires);
      weights[rule.label].push_back(
          graph_.apply(Op::kIf, {fires, Operand::value(rule.weight), Operand::value(kMissing)}));
    }
    const Operand number = graph_.sum(fired);
    const Operand none = graph_.apply(Op::kEqual, {number, Operand::value(0)});
    std::vector<Operand> totals;  // missing where no rule of the class fires
    for (const std::vector<Operand> &of_label : weights) {
      if (of_label.empty()) {
        totals.push_back(Operand::value(kMissing));
        continue;
      }
      totals.push_back(
          graph_.reduce(model::Reduction::kSum, of_label, model::Precision::kFloat64, true));
    }
    const Operand winner = graph_.rank(totals, 1)[0];
    Result result = classification(graph_.choose(none, Operand::value(default_label_), winner));
    for (std::size_t label = 0; label < labels_.size(); ++label) {
      const double of_default =
          default_label_ == static_cast<double>(label) ? default_confidence_ : 0;
      const Operand own =
          graph_.if_missing(graph_.apply(Op::kDivide, {totals[label], number}), Operand::value(0));
      result.confidences.push_back(graph_.choose(none, Operand::value(of_default), own));
    }
    return result;
  }

  Result classification(Operand code) const {
    Result result;
    result.task = Task::kClassification;
    result.labels = labels_;
    result.value = {code, {Type::Kind::kString, 1970}, Texts::closed(labels_)};
    return result;
  }

  /// Scores that are numbers: the standard's selection methods but the sum, which it defines for
  /// categories.
  Result regress(std::string_view criterion, const XmlElement &method) {
    if (criterion == "weightedSum")
      method.refuse_unsupported("weightedSum of numbers is not supported");
    auto number = [&](const std::string &text) {
      const auto value = parse_value(text, {});
      if (!value) rule_set_.refuse("score " + shown(text) + " is no number");
      return *value;
    };
    const std::vector<std::size_t> ordered = order(criterion == "weightedMax");
    Result result;
    result.value = number_column(by_rule(
        first_that_fires(ordered), ordered, default_score_ ? number(*default_score_) : kMissing,
        [&](const FiringRule &rule) { return number(rule.score); }));
    return result;
  }

  Scope &scope_;
  Graph &graph_;
  const XmlElement &model_;
  XmlElement rule_set_;
  std::vector<FiringRule> rules_;
  std::optional<std::string> default_score_;
  double default_label_ = kMissing, default_confidence_ = 0;
  std::vector<std::string> labels_;
};

}  // namespace

Result read_rule_set(const XmlElement &model, Scope &scope) {
  return RuleSetReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
