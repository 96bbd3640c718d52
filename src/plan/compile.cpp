// The graph of a model -> the header, records and pools of a plan. Nodes that no output and no tree ensemble needs are dropped,
// and the columns that are left are numbered anew.
#include "plan/compile.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "plan/checksum.hpp"
#include "plan/compile_trees.hpp"
#include "plan/image_writer.hpp"

namespace pgscore::plan {
namespace {

using model::Model;
using model::Node;

// Plans hold these enumerators as numbers. Who adds, drops or reorders one makes a new plan format: raise kPlanVersion.
static_assert(static_cast<int>(model::Op::kToFloat32) == 30 && static_cast<int>(model::Op::kIf) == 28);
static_assert(static_cast<int>(model::LinkFunction::kSquare) == 11 && static_cast<int>(model::Precision::kFloat64) == 1);
static_assert(static_cast<int>(model::MissingKind::kZeroOrNan) == 2 && static_cast<int>(model::Task::kClassification) == 1);
static_assert(static_cast<int>(model::UnknownPolicy::kNull) == 3 && static_cast<int>(model::MissingPolicy::kNull) == 2);
static_assert(static_cast<int>(model::NumberRange::kFloat32) == 2);
static_assert(static_cast<int>(model::ColumnType::kHash) == 2 && static_cast<int>(model::Linear::OnMissing::kPropagate) == 1);

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

template <class F>
void for_each_input(const Node &node, F use) {
  std::visit(Overloaded{
                 [&](const model::Apply &apply) {
                   for (const model::Operand &arg : apply.args)
                     if (!arg.is_constant()) use(arg.column);
                 },
                 [&](const model::LookUp &table) { use(table.input); },
                 [&](const model::Discretize &bins) { use(bins.input); },
                 [&](const model::HashLookUp &table) { std::ranges::for_each(table.inputs, use); },
                 [&](const model::TreeEnsemble &ensemble) { std::ranges::for_each(ensemble.features, use); },
                 [&](const model::Linear &linear) {
                   for (const model::LinearTerm &term : linear.terms) use(term.column);
                 },
                 [&](const model::Link &link) { std::ranges::for_each(link.inputs, use); },
                 [&](const model::ArgMax &node) { std::ranges::for_each(node.inputs, use); },
             },
             node.body);
}

class Compiler {
 public:
  Compiler(const Model &model, Interrupt interrupt, const CompileOptions &options)
      : model_(model), interrupt_(interrupt), options_(options) {}

  std::vector<std::byte> run() {
    find_wants();
    number_columns();
    add_inputs();
    add_outputs();
    for (std::size_t n = 0; n < model_.nodes.size(); ++n)
      if (keeps(n)) add_step(model_.nodes[n], node_wants_[n]);
    return write();
  }

 private:
  bool has_class() const { return model_.output.class_code != model::Operand::kNoColumn; }

  // ---- liveness ----

  /// From the outputs backwards: which wants need which column.
  void find_wants() {
    std::vector<std::uint8_t> wants(model_.num_columns);
    for (const auto &value : model_.output.values) wants[value.column] |= kWantValues;
    for (model::ColumnId column : model_.output.raw) wants[column] |= kWantRaw;
    for (model::ColumnId column : model_.output.probabilities) wants[column] |= kWantProbabilities;
    if (has_class()) wants[model_.output.class_code] |= kWantClass;
    node_wants_.resize(model_.nodes.size());
    for (std::size_t n = model_.nodes.size(); n-- > 0;) {
      const Node &node = model_.nodes[n];
      std::uint8_t mask = 0;
      for (std::uint32_t k = 0; k < node.num_outputs; ++k) mask |= wants[node.first_output + k];
      node_wants_[n] = mask;
      const bool trees = std::holds_alternative<model::TreeEnsemble>(node.body);
      for_each_input(node, [&](model::ColumnId column) { wants[column] |= mask | (trees ? kWantLeaves : 0); });
    }
  }
  bool keeps(std::size_t n) const {
    return node_wants_[n] != 0 || std::holds_alternative<model::TreeEnsemble>(model_.nodes[n].body);
  }
  void number_columns() {
    column_.resize(model_.num_columns);
    num_columns_ = static_cast<std::uint32_t>(model_.inputs.size());
    std::iota(column_.begin(), column_.begin() + num_columns_, 0u);
    for (std::size_t n = 0; n < model_.nodes.size(); ++n)
      if (keeps(n))
        for (std::uint32_t k = 0; k < model_.nodes[n].num_outputs; ++k)
          column_[model_.nodes[n].first_output + k] = num_columns_++;
  }

  // ---- inputs and outputs ----

  Text add_text(const std::string &text) {
    if (text_.size() + text.size() > UINT32_MAX) throw Error(ErrorCode::kLimitExceeded, "model has too much text");
    const Text added{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
    text_.insert(text_.end(), text.begin(), text.end());
    return added;
  }
  /// 0 .. n-1 in ascending order of the texts, compared as bytes.
  template <class TextOf>
  static void append_order(std::size_t n, TextOf text_of, std::vector<std::uint32_t> &order) {
    const auto first = static_cast<std::ptrdiff_t>(order.size());
    order.resize(order.size() + n);
    std::iota(order.begin() + first, order.end(), 0u);
    std::sort(order.begin() + first, order.end(), [&](std::uint32_t a, std::uint32_t b) { return text_of(a) < text_of(b); });
  }

  void add_inputs() {
    for (const model::Input &input : model_.inputs) {
      InputRecord record{};
      record.name = add_text(input.name);
      record.first_category = static_cast<std::uint32_t>(category_order_.size());
      record.num_categories = static_cast<std::uint32_t>(input.categories.size());
      record.type = static_cast<std::uint8_t>(input.type);
      record.on_unknown = static_cast<std::uint8_t>(input.on_unknown);
      record.on_missing = static_cast<std::uint8_t>(input.on_missing);
      record.range = static_cast<std::uint8_t>(input.range);
      inputs_.push_back(record);
      for (const std::string &category : input.categories) categories_.push_back(add_text(category));
      append_order(
          input.categories.size(), [&](std::uint32_t i) -> const std::string & { return input.categories[i]; }, category_order_);
      interrupt_.check();
    }
    append_order(
        model_.inputs.size(), [&](std::uint32_t i) -> const std::string & { return model_.inputs[i].name; }, input_order_);
  }

  void add_outputs() {
    const model::Output &output = model_.output;
    for (const std::string &label : output.labels) labels_.push_back(add_text(label));
    for (const auto &value : output.values) {
      value_names_.push_back(add_text(value.name));
      outputs_.push_back(column_[value.column]);
    }
    for (model::ColumnId column : output.raw) outputs_.push_back(column_[column]);
    for (model::ColumnId column : output.probabilities) outputs_.push_back(column_[column]);
    if (has_class()) outputs_.push_back(column_[output.class_code]);
    header_.num_values = static_cast<std::uint32_t>(output.values.size());
    header_.num_raw = static_cast<std::uint32_t>(output.raw.size());
    header_.num_probabilities = static_cast<std::uint32_t>(output.probabilities.size());
    header_.num_classes = has_class();
    header_.task = static_cast<std::uint32_t>(output.task);
    header_.positive = output.task == model::Task::kClassification ? output.positive : 0;
  }

  // ---- steps ----

  void add_step(const Node &node, std::uint8_t wants) {
    StepRecord step{};
    step.wants = wants;
    step.precision = static_cast<std::uint8_t>(model::Precision::kFloat64);
    step.first_output = column_[node.first_output];
    step.num_outputs = node.num_outputs;
    std::visit([&](const auto &body) { fill(step, body); }, node.body);
    step.num_numbers = has_numbers(step.kind) ? pool_position(numbers_) - step.first_number : 0;
    steps_.push_back(step);
    interrupt_.check();
  }
  static bool has_numbers(StepKind kind) {
    return kind == StepKind::kLookUp || kind == StepKind::kDiscretize || kind == StepKind::kLinear;
  }
  template <class T>
  static std::uint32_t pool_position(const std::vector<T> &pool) {
    if (pool.size() > UINT32_MAX) throw Error(ErrorCode::kLimitExceeded, "model has too many numbers");
    return static_cast<std::uint32_t>(pool.size());
  }
  void add_numbers(const std::vector<double> &numbers) { numbers_.insert(numbers_.end(), numbers.begin(), numbers.end()); }

  void fill(StepRecord &step, const model::Apply &apply) {
    step.kind = StepKind::kApply;
    step.function = static_cast<std::uint8_t>(apply.op);
    step.precision = static_cast<std::uint8_t>(apply.precision);
    step.first_item = pool_position(operands_);
    step.num_items = static_cast<std::uint32_t>(apply.args.size());
    for (const model::Operand &arg : apply.args)
      operands_.push_back(arg.is_constant() ? OperandRecord{OperandRecord::kConstant, 0, arg.constant}
                                            : OperandRecord{column_[arg.column], 0, 0});
  }
  void fill(StepRecord &step, const model::LookUp &table) {
    step.kind = StepKind::kLookUp;
    step.flag = table.keys.empty();
    step.column = column_[table.input];
    step.first_number = pool_position(numbers_);
    numbers_.push_back(table.unknown);
    numbers_.push_back(table.missing);
    add_numbers(table.keys);
    add_numbers(table.values);
  }
  void fill(StepRecord &step, const model::Discretize &bins) {
    step.kind = StepKind::kDiscretize;
    step.flag = bins.upper_open;
    step.column = column_[bins.input];
    step.first_number = pool_position(numbers_);
    numbers_.push_back(bins.missing);
    add_numbers(bins.cuts);
    add_numbers(bins.values);
  }
  void fill(StepRecord &step, const model::HashLookUp &table) {
    step.kind = StepKind::kHashLookUp;
    add_columns(step, table.inputs);
    step.first_number = pool_position(hash_tables_);
    const auto num_keys = static_cast<std::uint32_t>(table.keys.size());
    const auto bucket_bits = std::clamp<std::uint32_t>(static_cast<std::uint32_t>(std::bit_width(num_keys)), 1, 31);
    hash_tables_.push_back(
        {pool_position(hash_keys_), num_keys, pool_position(hash_buckets_), bucket_bits, pool_position(hash_values_)});
    hash_keys_.insert(hash_keys_.end(), table.keys.begin(), table.keys.end());
    std::uint32_t next = 0;
    for (std::uint64_t bucket = 0; bucket <= std::uint64_t{1} << bucket_bits; ++bucket) {
      while (next < num_keys && table.keys[next] >> (64 - bucket_bits) < bucket) ++next;
      hash_buckets_.push_back(next);
    }
    hash_values_.insert(hash_values_.end(), table.unknown.begin(), table.unknown.end());
    hash_values_.insert(hash_values_.end(), table.values.begin(), table.values.end());
    pool_position(hash_values_);
  }
  void fill(StepRecord &step, const model::TreeEnsemble &ensemble) {
    step.kind = StepKind::kTrees;
    step.first_item = static_cast<std::uint32_t>(ensembles_.size());
    step.num_items = 1;
    ensembles_.push_back(&ensemble);
  }
  void fill(StepRecord &step, const model::Linear &linear) {
    step.kind = StepKind::kLinear;
    step.precision = static_cast<std::uint8_t>(linear.precision);
    step.flag = linear.intercept_first;
    step.on_missing = static_cast<std::uint8_t>(linear.on_missing);
    step.first_item = pool_position(terms_);
    step.num_items = static_cast<std::uint32_t>(linear.terms.size());
    step.first_number = pool_position(numbers_);
    add_numbers(linear.intercept);
    for (const model::LinearTerm &term : linear.terms) {
      const std::size_t levels = term.by_level ? term.coefficients.size() / linear.num_outputs : 0;
      terms_.push_back({column_[term.column], term.by_level, static_cast<std::uint32_t>(levels), pool_position(numbers_)});
      add_numbers(term.coefficients);
    }
  }
  void fill(StepRecord &step, const model::Link &link) {
    step.kind = StepKind::kLink;
    step.function = static_cast<std::uint8_t>(link.function);
    step.precision = static_cast<std::uint8_t>(link.precision);
    add_columns(step, link.inputs);
  }
  void fill(StepRecord &step, const model::ArgMax &node) {
    step.kind = StepKind::kArgMax;
    add_columns(step, node.inputs);
  }
  void add_columns(StepRecord &step, const std::vector<model::ColumnId> &columns) {
    step.first_item = pool_position(columns_);
    step.num_items = static_cast<std::uint32_t>(columns.size());
    for (model::ColumnId column : columns) columns_.push_back(column_[column]);
  }

  // ---- the image ----

  std::vector<std::byte> write() {
    ImageWriter image(sizeof(Header));
    std::memcpy(header_.magic, kPlanMagic, sizeof header_.magic);
    header_.version = kPlanVersion;
    header_.header_size = sizeof(Header);
    header_.num_columns = num_columns_;
    header_.inputs = image.add(inputs_);
    header_.categories = image.add(categories_);
    header_.category_order = image.add(category_order_);
    header_.input_order = image.add(input_order_);
    header_.labels = image.add(labels_);
    header_.value_names = image.add(value_names_);
    header_.outputs = image.add(outputs_);
    header_.steps = image.add(steps_);
    header_.operands = image.add(operands_);
    header_.numbers = image.add(numbers_);
    header_.columns = image.add(columns_);
    header_.terms = image.add(terms_);
    header_.hash_tables = image.add(hash_tables_);
    header_.hash_keys = image.add(hash_keys_);
    header_.hash_buckets = image.add(hash_buckets_);
    header_.hash_values = image.add(hash_values_);
    header_.ensembles = image.add(std::vector<EnsembleRecord>(ensembles_.size()));
    for (std::size_t e = 0; e < ensembles_.size(); ++e) {
      std::vector<std::uint32_t> columns;
      for (model::ColumnId feature : ensembles_[e]->features) columns.push_back(column_[feature]);
      EnsembleRecord record = compile_trees(*ensembles_[e], columns, options_, interrupt_, image);
      record.inputs_only =
          std::ranges::all_of(ensembles_[e]->nodes,
                              [&](const model::TreeNode &node) {
                                return node.split == model::Split::kLeaf || columns[node.feature] < model_.inputs.size();
                              }) &&
          std::ranges::all_of(ensembles_[e]->leaf_terms,
                              [&](const model::LeafTerm &term) { return columns[term.feature] < model_.inputs.size(); });
      record.first_leaf = header_.num_trees;
      header_.num_trees += record.num_trees;
      image.patch(header_.ensembles.offset + e * sizeof record, record);
    }
    header_.text = image.add(text_);
    header_.total_size = image.bytes().size();
    image.patch(0, header_);
    header_.checksum = plan_checksum(image.bytes());
    image.patch(0, header_);
    return image.release();
  }

  const Model &model_;
  Interrupt interrupt_;
  const CompileOptions &options_;
  std::vector<std::uint8_t> node_wants_;
  std::vector<std::uint32_t> column_;  // column of the model -> column of the plan
  std::uint32_t num_columns_ = 0;
  Header header_{};
  std::vector<InputRecord> inputs_;
  std::vector<Text> categories_, labels_, value_names_;
  std::vector<std::uint32_t> category_order_, input_order_, outputs_, columns_;
  std::vector<StepRecord> steps_;
  std::vector<OperandRecord> operands_;
  std::vector<double> numbers_;
  std::vector<TermRecord> terms_;
  std::vector<HashTableRecord> hash_tables_;
  std::vector<std::uint64_t> hash_keys_;
  std::vector<std::uint32_t> hash_buckets_;
  std::vector<float> hash_values_;
  std::vector<const model::TreeEnsemble *> ensembles_;
  std::vector<char> text_;
};

}  // namespace

std::vector<std::byte> compile(const Model &model, Interrupt interrupt, const CompileOptions &options) {
  return Compiler(model, interrupt, options).run();
}

}  // namespace pgscore::plan
