#include "formats/onnx/graph.hpp"

#include <algorithm>

#include "base/shown_text.hpp"

namespace pgscore::formats::onnx {

using model::Operand;

std::uint64_t bytes_of(const Value &value) {
  std::uint64_t bytes =
      value.numbers.size() * sizeof(double) + value.elements.size() * sizeof(Element);
  if (value.type == Type::kString) bytes += value.elements.size() * sizeof(Domain);
  for (const std::string &text : value.texts) bytes += sizeof(std::string) + text.size();
  for (const std::string &key : value.keys) bytes += sizeof(std::string) + key.size();
  return bytes + value.margins.size() * sizeof(Operand);
}

Graph::Graph(const File &file, model::Builder &builder, Categories &categories, Budget &budget)
    : NodeWriter(builder, budget),
      file_(file),
      categories_(categories),
      opsets_(file.opsets.begin(), file.opsets.end()) {
  count_uses(file);
}

/// What the body of a loop reads counts as well: it may be a value of the graph around it.
void Graph::count_uses(const GraphBody &body) {
  for (const Node &node : body.nodes) {
    budget().spend();
    for (const std::string_view input : node.inputs) {
      Uses &uses = uses_[input];
      ++uses.count;
      ++uses.left;
      uses.last_reader = &node;
    }
    for (const Attribute &attribute : node.attributes)
      if (attribute.graph != nullptr) count_uses(*attribute.graph);
  }
  for (const ValueInfo &output : body.outputs) {
    Uses &uses = uses_[output.name];
    ++uses.count;
    uses.is_output = true;
  }
}

std::int64_t Graph::opset(std::string_view domain) const {
  const auto at = opsets_.find(domain);
  return at == opsets_.end() ? 0 : at->second;
}

// ---- values by name -----------------------------------------------------------------------------

const Value *Graph::find(std::string_view name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (const auto at = scope->find(name); at != scope->end()) return &at->second;
  const auto at = values_.find(name);
  return at == values_.end() ? nullptr : &at->second;
}

void Graph::close_scope() {
  for (const auto &[name, value] : scopes_.back()) budget().release(bytes_of(value));
  scopes_.pop_back();
}

void Graph::forget_inputs(const Node &node) {
  if (!scopes_.empty()) return;
  for (const std::string_view input : node.inputs) {
    const auto uses = uses_.find(input);
    if (uses == uses_.end() || --uses->second.left > 0 || uses->second.is_output) continue;
    const auto value = values_.find(input);
    if (value == values_.end()) continue;
    budget().release(bytes_of(value->second));
    value->second = Value();
  }
}

namespace {

bool is_constant(const Element &element, Type type) {
  return type == Type::kString ? element.domain->index.is_constant() : element.value.is_constant();
}

/// A value whose elements have all turned out to be constants says so.
void simplify(Value &value) {
  if (!std::all_of(value.elements.begin(), value.elements.end(),
                   [&](const auto &e) { return is_constant(e, value.type); }))
    return;
  for (const Element &element : value.elements) {
    if (value.type == Type::kString)
      value.texts.push_back(element.domain->constant_text());
    else
      value.numbers.push_back(element.value.constant);
  }
  value.elements.clear();
}

}  // namespace

void Graph::define(std::string_view name, Value value) {
  if (name.empty()) return;
  constexpr std::size_t kMaxRank = 64;
  check_limit(value.shape.size(), kMaxRank, "dimensions of a tensor");
  if (value.size() == 0) {  // loops over the other dimensions must end
    std::uint64_t others = 1;
    for (const std::int64_t dim : value.shape) {
      if (dim == 0) continue;
      check_limit(static_cast<std::uint64_t>(dim), limits().max_columns, "elements of a tensor");
      check_limit(others *= static_cast<std::uint64_t>(dim), limits().max_columns,
                  "elements of a tensor");
    }
  }
  simplify(value);
  if (value.size() != element_count(value.shape))
    throw Error(ErrorCode::kInternal, "a tensor has not the elements of its shape");
  budget().hold(bytes_of(value), 1);
  Values &values = scopes_.empty() ? values_ : scopes_.back();
  if (!values.emplace(name, std::move(value)).second)
    refuse("value " + shown(name) + " is defined twice");
}

std::uint32_t Graph::num_uses(std::string_view name) const {
  const auto at = uses_.find(name);
  return at == uses_.end() ? 0 : at->second.count;
}

const Node *Graph::only_reader(std::string_view name) const {
  if (!scopes_.empty()) return nullptr;
  const auto at = uses_.find(name);
  return at == uses_.end() || at->second.count != 1 || at->second.is_output
             ? nullptr
             : at->second.last_reader;
}

// ---- elements -----------------------------------------------------------------------------------

void Graph::count_elements(std::uint64_t count, Kind kind) {
  // With what stands beside it while the result is made: operands, indices, vectors that grow.
  constexpr std::uint64_t kConstantBytes = 64, kComputedBytes = 96, kTextBytes = 320;
  const bool constant = kind == Kind::kConstant;
  // An element is only moved by most operators, so all tensors together may have more of them than
  // there are columns.
  constexpr std::uint64_t kUses = 16;
  check_limit(count, constant ? limits().max_nodes : Quota(limits().max_columns),
              "elements of a tensor");
  std::uint64_t &total = constant ? num_constants_ : num_elements_;
  total += count;
  check_limit(total, constant ? limits().max_nodes : Quota(kUses * limits().max_columns),
              "elements of tensors");
  budget().check_room(count, constant              ? kConstantBytes
                             : kind == Kind::kText ? kTextBytes
                                                   : kComputedBytes);
  budget().spend(count);
}

Element Graph::element(const Value &value, std::size_t i) {
  budget().spend();
  if (!value.elements.empty()) return value.elements[i];
  if (!value.texts.empty()) {
    // A list of its own, which lives as long as the element does.
    auto texts = std::make_shared<const std::vector<std::string>>(1, value.texts[i]);
    return {{}, std::make_shared<const Domain>(Domain{Operand::value(0), std::move(texts)})};
  }
  return {Operand::value(value.numbers[i]), nullptr};
}

Operand Graph::argument(const Value &value, std::size_t i) {
  if (!is_floating(value.type)) return number(value, i);
  budget().spend();
  return value.elements.empty() ? Operand::value(value.numbers[i]) : value.elements[i].value;
}

Operand Graph::number(const Value &value, std::size_t i) {
  if (value.type == Type::kString) refuse_unsupported("a text is used as a number");
  budget().spend();
  Operand operand =
      value.elements.empty() ? Operand::value(value.numbers[i]) : value.elements[i].value;
  if (!operand.is_constant() && operand.column < builder().num_inputs())
    operand.column = exact_input(operand.column, value.type);
  return operand;
}

std::vector<Operand> Graph::numbers(const Value &value) {
  std::vector<Operand> numbers;
  for (std::size_t i = 0; i < value.size(); ++i) numbers.push_back(number(value, i));
  return numbers;
}

Graph::Column Graph::exact_input(Column input, Type type) {
  if (type != Type::kFloat && !is_integral(type)) return input;
  const auto [at, is_new] = exact_inputs_.try_emplace(input, 0);
  if (is_new)
    at->second = builder().apply(type == Type::kFloat ? Op::kToFloat32 : Op::kTruncate,
                                 {Operand::of(input)});
  return at->second;
}

std::vector<Graph::Column> Graph::columns(const Value &value) { return columns(numbers(value)); }

std::vector<Graph::Column> Graph::arguments(const Value &value) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < value.size(); ++i) columns.push_back(column(argument(value, i)));
  return columns;
}

// ---- operations ---------------------------------------------------------------------------------

Operand Graph::compare(Op op, Operand x, Operand y, Precision precision, bool with_missing) {
  if (op == Op::kEqual && !with_missing) return apply(Op::kIndicator, {x, y}, precision);
  return if_missing(apply(op, {x, y}, precision), Operand::value(with_missing ? 1 : 0));
}

// ---- texts and labels ---------------------------------------------------------------------------

double Graph::code(const Domain &domain, const std::string &text) {
  if (domain.input != Domain::kNoInput) {
    Categories::Input &input = categories_.inputs[domain.input];
    if (categories_.collecting) {
      const auto [at, is_new] =
          input.codes.try_emplace(text, static_cast<std::uint32_t>(input.texts.size()));
      if (is_new) {
        check_limit(++categories_.count, limits().max_categories, "categories");
        budget().hold(2, sizeof(std::string) + text.size());
        input.texts.push_back(text);
      }
      return at->second;
    }
    const auto at = input.codes.find(text);
    return at == input.codes.end() ? model::kUnknownCategory : at->second;
  }
  const std::vector<std::string> &texts = domain.texts();
  budget().spend(texts.size());
  const auto at = std::find(texts.begin(), texts.end(), text);
  return at == texts.end() ? model::kUnknownCategory : static_cast<double>(at - texts.begin());
}

Element Graph::text_element(std::string text) {
  return domain_element(Operand::value(0), std::vector<std::string>{std::move(text)});
}

Texts Graph::share(std::vector<std::string> texts) {
  std::uint64_t bytes = 0;
  for (const std::string &text : texts) bytes += sizeof(std::string) + text.size();
  budget().hold(bytes, 1);
  budget().spend(texts.size());
  return std::make_shared<const std::vector<std::string>>(std::move(texts));
}

Numbers Graph::share(std::vector<double> numbers) {
  budget().hold(numbers.size(), sizeof(double));
  budget().spend(numbers.size());
  return std::make_shared<const std::vector<double>>(std::move(numbers));
}

Element Graph::domain_element(Operand index, Texts texts, Numbers numbers) {
  budget().hold(1, sizeof(Domain));
  Operand value;
  if (numbers != nullptr && !numbers->empty())
    value = look_up(index, *numbers, model::kMissing, model::kMissing);
  return {value,
          std::make_shared<const Domain>(Domain{index, std::move(texts), std::move(numbers)})};
}

Element Graph::domain_element(Operand index, std::vector<std::string> texts,
                              std::vector<double> numbers) {
  return domain_element(index, share(std::move(texts)),
                        numbers.empty() ? nullptr : share(std::move(numbers)));
}

Operand Graph::map_domain(const Domain &domain, const std::vector<double> &values, double unknown,
                          double missing) {
  if (domain.input != Domain::kNoInput &&
      categories_.collecting)  // the list is not complete: what it gives does not matter yet
    return apply(Op::kAdd, {domain.index, Operand::value(0)}, Precision::kFloat64);
  return look_up(domain.index, values, unknown, missing);
}

}  // namespace pgscore::formats::onnx
