// Tables and maps of ai.onnx.ml: LabelEncoder, CategoryMapper, ZipMap, DictVectorizer, CastMap
// (onnx/defs/traditionalml/defs.cc and old.cc; ONNX Runtime 1.21, ml/label_encoder.h,
// category_mapper.h).
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

/// Keys or values of a table, or its default.
struct Side {
  Type type = Type::kString;
  std::vector<std::string> texts;
  std::vector<double> numbers;
  std::size_t size() const { return type == Type::kString ? texts.size() : numbers.size(); }
};

Side side_of(const Tensor &tensor) {
  if (tensor.has_rounded_integers)
    refuse_unsupported("tensor " + shown(tensor.name) + " holds integers beyond 2^53");
  Side side{tensor.type, {tensor.texts.begin(), tensor.texts.end()}, tensor.numbers};
  return side;
}

/// <prefix>_strings, _int64s, _floats or _tensor; exactly one of them.
Side read_side(const Call &call, const std::string &prefix) {
  std::optional<Side> side;
  auto set = [&](Side found) {
    if (side) refuse("there are two lists of " + prefix);
    side = std::move(found);
  };
  if (call.has(prefix + "_strings")) set({Type::kString, call.texts(prefix + "_strings"), {}});
  if (call.has(prefix + "_int64s"))
    set({Type::kInt64, {}, call.exact_integers(prefix + "_int64s")});
  if (call.has(prefix + "_floats")) {
    const auto list = call.floats(prefix + "_floats");
    set({Type::kFloat, {}, {list.begin(), list.end()}});
  }
  if (const Tensor *tensor = call.tensor(prefix + "_tensor")) set(side_of(*tensor));
  if (!side) refuse("there is no list of " + prefix);
  return *side;
}

/// The value of what is not in the table.
Side read_default(const Call &call, Type type) {
  if (const Tensor *tensor = call.tensor("default_tensor")) {
    Side side = side_of(*tensor);
    if (side.size() != 1 || side.type != type)
      refuse("default_tensor is not one value of the type of the values");
    return side;
  }
  if (type == Type::kString) return {type, {call.text("default_string", "_Unused")}, {}};
  if (is_floating(type)) return {type, {}, {call.number("default_float", -0.0f)}};
  return {type, {}, {exact_number(call.integer("default_int64", -1))}};
}

/// A table from texts or numbers to texts or numbers, applied to every element of input 0. NULL and
/// NaN get the default, too, unless NaN is a key.
class Table {
 public:
  Table(const Call &call, Side keys, Side values, Side otherwise)
      : call_(call), graph_(call.graph()), type_(values.type) {
    if (keys.size() != values.size())
      refuse("there are " + std::to_string(keys.size()) + " keys and " +
             std::to_string(values.size()) + " values");
    std::vector<double> results;
    if (type_ == Type::kString) {
      std::unordered_map<std::string, double> codes;
      auto code = [&](const std::string &text) {
        const auto [at, is_new] = codes.try_emplace(text, static_cast<double>(texts_.size()));
        if (is_new) texts_.push_back(text);
        return at->second;
      };
      for (const std::string &text : values.texts) results.push_back(code(text));
      otherwise_ = code(otherwise.texts.at(0));
    } else {
      results = std::move(values.numbers);
      otherwise_ = otherwise.numbers.at(0);
    }
    missing_ = otherwise_;
    // Of equal keys the first one counts.
    text_keys_ = std::move(keys.texts);
    for (std::size_t i = 0; i < text_keys_.size(); ++i)
      of_text_.try_emplace(text_keys_[i], results[i]);
    for (std::size_t i = 0; i < keys.numbers.size(); ++i) {
      if (std::isnan(keys.numbers[i]))
        missing_ = results[i];
      else if (of_number_.try_emplace(keys.numbers[i], results[i]).second)
        number_table_.emplace_back(keys.numbers[i], results[i]);
    }
    keys_are_texts_ = keys.type == Type::kString;
    text_list_ = graph_.share(std::move(texts_));
  }

  void run() {
    const Value &value = call_.input(0);
    if ((value.type == Type::kString) != keys_are_texts_)
      refuse("its input is of " + type_name(value.type) + ", its keys are " +
             (keys_are_texts_ ? "texts" : "numbers"));
    using Kind = Graph::Kind;
    graph_.count_elements(
        value.size(), type_ == Type::kString || keys_are_texts_ ? Kind::kText : Kind::kComputed);
    Value result = make_value(type_, value.shape);
    for (std::size_t i = 0; i < value.size(); ++i) result.elements.push_back(element(value, i));
    call_.output(0, std::move(result));
  }

 private:
  Element element(const Value &value, std::size_t i) {
    const Element element = graph_.element(value, i);
    // A number, or one that no list is known of.
    if (element.domain == nullptr || (!keys_are_texts_ && !element.domain->has_numbers()))
      return result(graph_.look_up(graph_.number(value, i), number_table_, otherwise_, missing_));
    return keys_are_texts_ ? of_texts(*element.domain) : of_labels(*element.domain);
  }

  Element of_texts(const Domain &domain) {
    graph_.count_elements(text_keys_.size() + domain.texts().size());
    // A category of the input, if it is one
    for (const std::string &key : text_keys_) graph_.code(domain, key);
    std::vector<double> values;
    for (const std::string &text : domain.texts()) {
      const auto at = of_text_.find(text);
      values.push_back(at == of_text_.end() ? otherwise_ : at->second);
    }
    return labelled(domain, values);
  }

  Element of_labels(const Domain &domain) {
    graph_.count_elements(domain.numbers().size());
    std::vector<double> values;
    for (const double number : domain.numbers()) {
      const auto at = of_number_.find(number);
      values.push_back(at == of_number_.end() ? otherwise_ : at->second);
    }
    return labelled(domain, values);
  }

  /// What is made of a label stays a label: of whole numbers and texts that are distinct.
  Element labelled(const Domain &domain, const std::vector<double> &values) {
    const bool is_input = domain.input != Domain::kNoInput;
    Element element = result(graph_.map_domain(domain, values, otherwise_, missing_));
    if (is_input || type_ == Type::kString || !is_integral(type_)) return element;
    std::vector<std::string> texts;
    for (const double value : values) texts.push_back(integer_text(value));
    element.domain = std::make_shared<const Domain>(Domain{
        domain.index, graph_.share(std::move(texts)), graph_.share(std::vector<double>(values))});
    return element;
  }

  Element result(Operand value) {
    if (type_ != Type::kString) return {value, nullptr};
    return graph_.domain_element(value, text_list_);
  }

  const Call &call_;
  Graph &graph_;
  Type type_;
  bool keys_are_texts_ = false;
  std::vector<std::string> text_keys_, texts_;
  Texts text_list_;
  std::unordered_map<std::string, double> of_text_;
  std::unordered_map<double, double> of_number_;
  std::vector<std::pair<double, double>> number_table_;
  double otherwise_ = 0, missing_ = 0;
};

/// A text is mapped to its number in the list, or a number to its text.
void map_both_ways(const Call &call, const std::vector<std::string> &texts,
                   const std::vector<double> &numbers) {
  const Side text_side{Type::kString, texts, {}}, number_side{Type::kInt64, {}, numbers};
  if (texts.size() != numbers.size())
    refuse("the lists of texts and numbers have different lengths");
  const bool from_text = call.input(0).type == Type::kString;
  const Type to = from_text ? Type::kInt64 : Type::kString;
  Table(call, from_text ? text_side : number_side, from_text ? number_side : text_side,
        read_default(call, to))
      .run();
}

std::vector<std::string> read_keys(const Call &call, const char *texts, const char *integers) {
  std::vector<std::string> keys = call.texts(texts);
  if (!keys.empty()) return keys;
  for (const std::int64_t key : call.integers(integers)) keys.push_back(std::to_string(key));
  return keys;
}

}  // namespace

void read_label_encoder(const Call &call) {
  if (call.opset() < 2) {
    const std::vector<std::string> texts = call.texts("classes_strings");
    std::vector<double> numbers;
    for (std::size_t i = 0; i < texts.size(); ++i) numbers.push_back(static_cast<double>(i));
    return map_both_ways(call, texts, numbers);
  }
  Side keys = read_side(call, "keys"), values = read_side(call, "values");
  Side otherwise = read_default(call, values.type);
  Table(call, std::move(keys), std::move(values), std::move(otherwise)).run();
}

void read_category_mapper(const Call &call) {
  map_both_ways(call, call.texts("cats_strings"), call.exact_integers("cats_int64s"));
}

void read_zip_map(const Call &call) {
  Value value = call.input(0);
  value.keys = read_keys(call, "classlabels_strings", "classlabels_int64s");
  if (value.keys.size() != value.size())
    refuse("there are " + std::to_string(value.keys.size()) + " class labels for " +
           std::to_string(value.size()) + " values");
  value.is_map = true;
  call.output(0, std::move(value));
}

/// The values of the vocabulary's keys; 0 where the map has none.
void read_dict_vectorizer(const Call &call) {
  Graph &graph = call.graph();
  const Value &map = call.any_input(0);
  if (!map.is_map) refuse("its input is no map");
  if (map.type == Type::kString) refuse_unsupported("a map of texts becomes no vector");
  std::unordered_map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < map.keys.size(); ++i) position.emplace(map.keys[i], i);
  const std::vector<std::string> vocabulary =
      read_keys(call, "string_vocabulary", "int64_vocabulary");
  std::vector<Operand> results;
  for (const std::string &key : vocabulary) {
    const auto at = position.find(key);
    results.push_back(at == position.end() ? Operand::value(0) : graph.number(map, at->second));
  }
  call.output(0, map.type, {1, static_cast<std::int64_t>(results.size())}, results);
}

/// From integer keys to a vector: of the values in the order of their keys (DENSE), or with the
/// value of key k at place k (SPARSE).
void read_cast_map(const Call &call) {
  Graph &graph = call.graph();
  const Value &map = call.any_input(0);
  if (!map.is_map) refuse("its input is no map");
  const std::string to = call.text("cast_to", "TO_FLOAT"), form = call.text("map_form", "DENSE");
  if (map.type == Type::kString || to == "TO_STRING")
    refuse_unsupported("texts in maps are not cast");
  if (to != "TO_FLOAT" && to != "TO_INT64") refuse("unknown cast_to " + shown(to));
  const Type type = to == "TO_FLOAT" ? Type::kFloat : Type::kInt64;
  std::vector<Operand> results;
  if (form == "SPARSE") {
    const std::int64_t size = call.integer("max_map", 1);
    if (size < 1) refuse("max_map is " + std::to_string(size));
    graph.count_elements(static_cast<std::uint64_t>(size));
    results.assign(static_cast<std::size_t>(size), Operand::value(0));
  } else if (form != "DENSE") {
    refuse("unknown map_form " + shown(form));
  }
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    Operand x = graph.number(map, i);
    if (type == Type::kInt64) x = graph.apply(Op::kTruncate, {x}, Precision::kFloat64);
    if (form == "DENSE") {
      results.push_back(x);
      continue;
    }
    const std::optional<std::int64_t> key = parse_integer(map.keys[i]);
    if (key && *key >= 0 && *key < static_cast<std::int64_t>(results.size()))
      results[static_cast<std::size_t>(*key)] = x;
  }
  call.output(0, type, {1, static_cast<std::int64_t>(results.size())}, results);
}

}  // namespace pgscore::formats::onnx
