#include "formats/onnx/graph.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/shown_text.hpp"
#include "model/interpret.hpp"

namespace pgscore::formats::onnx {

using model::Operand;

std::uint64_t element_count(std::span<const std::int64_t> shape) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 0) refuse("a dimension is negative");
    if (dim != 0 && count > UINT64_MAX / static_cast<std::uint64_t>(dim))
      refuse("a tensor is too large");
    count *= static_cast<std::uint64_t>(dim);
  }
  return count;
}

std::uint64_t bytes_of(const Value &value) {
  std::uint64_t bytes =
      value.numbers.size() * sizeof(double) + value.elements.size() * sizeof(Element);
  if (value.type == Type::kString) bytes += value.elements.size() * sizeof(Domain);
  for (const std::string &text : value.texts) bytes += sizeof text + text.size();
  for (const std::string &key : value.keys) bytes += sizeof key + key.size();
  return bytes + value.margins.size() * sizeof(Operand);
}

Graph::Graph(const File &file, model::Builder &builder, Categories &categories, Budget &budget)
    : file_(file),
      builder_(builder),
      categories_(categories),
      budget_(budget),
      opsets_(file.opsets.begin(), file.opsets.end()) {
  count_uses(file);
}

/// What the body of a loop reads counts as well: it may be a value of the graph around it.
void Graph::count_uses(const GraphBody &body) {
  for (const Node &node : body.nodes) {
    budget_.spend();
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
  for (const auto &[name, value] : scopes_.back()) budget_.release(bytes_of(value));
  scopes_.pop_back();
}

void Graph::forget_inputs(const Node &node) {
  if (!scopes_.empty()) return;
  for (const std::string_view input : node.inputs) {
    const auto uses = uses_.find(input);
    if (uses == uses_.end() || --uses->second.left > 0 || uses->second.is_output) continue;
    const auto value = values_.find(input);
    if (value == values_.end()) continue;
    budget_.release(bytes_of(value->second));
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
  budget_.hold(bytes_of(value), 1);
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
  budget_.check_room(count, constant              ? kConstantBytes
                            : kind == Kind::kText ? kTextBytes
                                                  : kComputedBytes);
  budget_.spend(count);
}

Element Graph::element(const Value &value, std::size_t i) {
  budget_.spend();
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
  budget_.spend();
  return value.elements.empty() ? Operand::value(value.numbers[i]) : value.elements[i].value;
}

Operand Graph::number(const Value &value, std::size_t i) {
  if (value.type == Type::kString) refuse_unsupported("a text is used as a number");
  budget_.spend();
  Operand operand =
      value.elements.empty() ? Operand::value(value.numbers[i]) : value.elements[i].value;
  if (!operand.is_constant() && operand.column < builder_.num_inputs())
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
    at->second =
        builder_.apply(type == Type::kFloat ? Op::kToFloat32 : Op::kTruncate, {Operand::of(input)});
  return at->second;
}

std::vector<Graph::Column> Graph::columns(const Value &value) { return columns(numbers(value)); }

std::vector<Graph::Column> Graph::arguments(const Value &value) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < value.size(); ++i) columns.push_back(column(argument(value, i)));
  return columns;
}

// ---- operations ---------------------------------------------------------------------------------

Operand Graph::apply(Op op, std::initializer_list<Operand> args, Precision precision) {
  budget_.spend();
  if (std::all_of(args.begin(), args.end(), [](const Operand &arg) { return arg.is_constant(); })) {
    std::array<double, 3> values{};
    std::transform(args.begin(), args.end(), values.begin(),
                   [](const Operand &arg) { return arg.constant; });
    return Operand::value(model::apply_op(op, precision, std::span(values).first(args.size())));
  }
  return Operand::of(builder_.apply(op, args, precision));
}

Operand Graph::if_missing(Operand x, double otherwise, Precision precision) {
  return apply(Op::kIfMissing, {x, Operand::value(otherwise)}, precision);
}

Operand Graph::compare(Op op, Operand x, Operand y, Precision precision, bool with_missing) {
  if (op == Op::kEqual && !with_missing) return apply(Op::kIndicator, {x, y}, precision);
  return if_missing(apply(op, {x, y}, precision), with_missing ? 1 : 0, Precision::kFloat64);
}

Operand Graph::select(Operand condition, Operand yes, Operand no, Precision precision) {
  if (condition.is_constant() && !std::isnan(condition.constant))
    return condition.constant != 0 ? yes : no;
  return apply(Op::kIf, {condition, yes, no}, precision);
}

Operand Graph::reduce(model::Reduction function, const std::vector<Operand> &inputs,
                      Precision precision, bool skip_missing) {
  if (inputs.empty()) refuse_unsupported("a reduction of no elements");
  const bool all_constant =
      std::all_of(inputs.begin(), inputs.end(), [](const Operand &x) { return x.is_constant(); });
  hold_node(inputs.size(), sizeof(Column));
  if (!all_constant)
    return Operand::of(builder_.reduce({function, precision, skip_missing, columns(inputs)}));
  std::vector<double> values;
  values.reserve(inputs.size());
  for (const Operand &input : inputs) values.push_back(input.constant);
  return Operand::value(model::apply_reduction(function, precision, skip_missing, values));
}

/// What the IR's node keeps, and the work of making it.
void Graph::hold_node(std::uint64_t count, std::uint64_t size) {
  budget_.hold(count, size);
  budget_.spend(count);
}

std::vector<Operand> Graph::link(model::LinkFunction function, const std::vector<Operand> &inputs,
                                 Precision precision) {
  std::vector<Operand> results(inputs.size());
  if (inputs.empty()) return results;
  if (std::all_of(inputs.begin(), inputs.end(), [](const Operand &x) { return x.is_constant(); })) {
    std::vector<double> values;
    for (const Operand &input : inputs) values.push_back(input.constant);
    model::apply_link(function, precision, values);
    std::transform(values.begin(), values.end(), results.begin(), Operand::value);
    return results;
  }
  hold_node(inputs.size(), sizeof(Column));
  const Column first = builder_.link({function, precision, columns(inputs)});
  for (std::size_t i = 0; i < results.size(); ++i)
    results[i] = Operand::of(first + static_cast<Column>(i));
  return results;
}

Operand Graph::arg_max(const std::vector<Operand> &inputs) {
  if (inputs.empty()) refuse_unsupported("the greatest of no elements");
  hold_node(inputs.size(), sizeof(Column));
  if (!std::all_of(inputs.begin(), inputs.end(), [](const Operand &x) { return x.is_constant(); }))
    return Operand::of(builder_.arg_max(columns(inputs)));
  const auto greatest =
      std::max_element(inputs.begin(), inputs.end(),
                       [](const Operand &a, const Operand &b) { return a.constant < b.constant; });
  return Operand::value(static_cast<double>(greatest - inputs.begin()));
}

std::vector<Operand> Graph::rank(const std::vector<Operand> &inputs, std::size_t count,
                                 bool ascending) {
  hold_node(inputs.size() + count, sizeof(Column));
  std::vector<Operand> results;
  if (!std::all_of(inputs.begin(), inputs.end(),
                   [](const Operand &x) { return x.is_constant(); })) {
    const Column first =
        builder_.rank({ascending, static_cast<std::uint32_t>(count), columns(inputs)});
    for (std::size_t k = 0; k < count; ++k)
      results.push_back(Operand::of(first + static_cast<Column>(k)));
    return results;
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!std::isnan(inputs[i].constant)) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    budget_.spend();
    return ascending ? inputs[a].constant < inputs[b].constant
                     : inputs[a].constant > inputs[b].constant;
  });
  for (std::size_t k = 0; k < count; ++k)
    results.push_back(
        Operand::value(k < order.size() ? static_cast<double>(order[k]) : model::kMissing));
  return results;
}

std::vector<Operand> Graph::dense(model::Dense layer) {
  hold_node(layer.weights.size() + layer.inputs.size(), sizeof(double));
  std::vector<Operand> results(layer.num_outputs);
  const Column first = builder_.dense(std::move(layer));
  for (std::size_t i = 0; i < results.size(); ++i)
    results[i] = Operand::of(first + static_cast<Column>(i));
  return results;
}

Operand Graph::look_up(Operand index, const std::vector<double> &values, double unknown,
                       double missing) {
  if (index.is_constant()) {
    if (std::isnan(index.constant)) return Operand::value(missing);
    const double i = index.constant;
    return Operand::value(i >= 0 && i < static_cast<double>(values.size())
                              ? values[static_cast<std::size_t>(i)]
                              : unknown);
  }
  hold_node(values.size(), 2 * sizeof(double));
  model::LookUp table{index.column, {}, values, unknown, missing};
  const bool is_category = index.column < builder_.num_inputs() &&
                           builder_.inputs()[index.column].type == model::ColumnType::kCategory;
  if (!is_category) {
    if (values.empty())
      return look_up(index, std::vector<std::pair<double, double>>(), unknown, missing);
    for (std::size_t i = 0; i < values.size(); ++i) table.keys.push_back(static_cast<double>(i));
  }
  return Operand::of(builder_.look_up(std::move(table)));
}

Operand Graph::look_up(Operand x, std::vector<std::pair<double, double>> table, double unknown,
                       double missing) {
  budget_.spend(table.size());
  if (x.is_constant()) {
    if (std::isnan(x.constant)) return Operand::value(missing);
    for (const auto &[key, value] : table)
      if (key == x.constant) return Operand::value(value);
    return Operand::value(unknown);
  }
  if (table.empty()) {
    const Operand is_missing = apply(Op::kIsMissing, {x}, Precision::kFloat64);
    return select(is_missing, Operand::value(missing), Operand::value(unknown),
                  Precision::kFloat64);
  }
  hold_node(table.size(), 2 * sizeof(double));
  std::sort(table.begin(), table.end(),
            [](const auto &a, const auto &b) { return a.first < b.first; });
  model::LookUp node{x.column, {}, {}, unknown, missing};
  for (const auto &[key, value] : table) {
    node.keys.push_back(key);
    node.values.push_back(value);
  }
  return Operand::of(builder_.look_up(std::move(node)));
}

Graph::Column Graph::column(Operand operand) {
  if (!operand.is_constant()) return operand.column;
  const auto [at, is_new] =
      constants_.try_emplace(std::bit_cast<std::uint64_t>(operand.constant), 0);
  if (is_new) at->second = builder_.apply(Op::kIf, {Operand::value(1), operand, operand});
  return at->second;
}

std::vector<Graph::Column> Graph::columns(const std::vector<Operand> &operands) {
  std::vector<Column> columns;
  columns.reserve(operands.size());
  for (const Operand &operand : operands) columns.push_back(column(operand));
  return columns;
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
        budget_.hold(2, sizeof(std::string) + text.size());
        input.texts.push_back(text);
      }
      return at->second;
    }
    const auto at = input.codes.find(text);
    return at == input.codes.end() ? model::kUnknownCategory : at->second;
  }
  const std::vector<std::string> &texts = domain.texts();
  budget_.spend(texts.size());
  const auto at = std::find(texts.begin(), texts.end(), text);
  return at == texts.end() ? model::kUnknownCategory : static_cast<double>(at - texts.begin());
}

Element Graph::text_element(std::string text) {
  return domain_element(Operand::value(0), std::vector<std::string>{std::move(text)});
}

Texts Graph::share(std::vector<std::string> texts) {
  std::uint64_t bytes = 0;
  for (const std::string &text : texts) bytes += sizeof text + text.size();
  budget_.hold(bytes, 1);
  budget_.spend(texts.size());
  return std::make_shared<const std::vector<std::string>>(std::move(texts));
}

Numbers Graph::share(std::vector<double> numbers) {
  hold_node(numbers.size(), sizeof(double));
  return std::make_shared<const std::vector<double>>(std::move(numbers));
}

Element Graph::domain_element(Operand index, Texts texts, Numbers numbers) {
  budget_.hold(1, sizeof(Domain));
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
