// The last gate before shared memory. Kernels and Plan check nothing, so whatever they rely on is
// proven here: every section in its one place, every column written before it is read (by a step
// that runs whenever its reader runs), every index in range, every tree reference pointing forward.
// Work and memory are linear in the bytes, since nothing is referred to twice.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"
#include "plan/checksum.hpp"
#include "plan/plan.hpp"
#include "plan/section_cursor.hpp"
#include "plan/verify_plan.hpp"
#include "plan/verify_trees.hpp"

namespace pgscore::plan {
namespace {

constexpr std::uint8_t kWantAll =
    kWantValues | kWantRaw | kWantProbabilities | kWantClass | kWantLeaves | kWantMore;

class PlanVerifier {
 public:
  PlanVerifier(Bytes bytes, Interrupt interrupt)
      : bytes_(bytes),
        header_(*reinterpret_cast<const Header *>(bytes.data())),
        cursor_(bytes, sizeof(Header), interrupt) {}

  void run() {
    take_sections();
    check_header();
    column_wants_.assign(inputs_.size(), kWantAll);
    for (const StepRecord &step : steps_) {
      cursor_.pace().spend(16);
      check_step(step);
    }
    expect(column_wants_.size() == header_.num_columns, "The number of columns is wrong.");
    expect(next_operand_ == operands_.size() && next_number_ == numbers_.size() &&
               next_column_ == columns_.size() && next_term_ == terms_.size() &&
               next_table_ == hash_tables_.size() && next_weight_ == weights_.size() &&
               next_branch_ == branches_.size() && next_key_ == hash_keys_.size() &&
               next_bucket_ == hash_buckets_.size() && next_value_ == hash_values_.size() &&
               tree_steps_.size() == ensembles_.size(),
           "A pool has elements that no step uses.");
    check_outputs();
    check_ensembles();
    text_ = cursor_.take<char>(header_.text, "text");
    expect(cursor_.position() == bytes_.size(), "Something follows the last section.");
    check_texts();
  }

 private:
  void take_sections() {
    inputs_ = cursor_.take<InputRecord>(header_.inputs, "inputs");
    categories_ = cursor_.take<Text>(header_.categories, "categories");
    category_order_ = cursor_.take<std::uint32_t>(header_.category_order, "category_order");
    text_operations_ =
        cursor_.take<TextOperationRecord>(header_.text_operations, "text_operations");
    input_order_ = cursor_.take<std::uint32_t>(header_.input_order, "input_order");
    labels_ = cursor_.take<Text>(header_.labels, "labels");
    named_outputs_ = cursor_.take<NamedOutputRecord>(header_.named_outputs, "named_outputs");
    output_texts_ = cursor_.take<Text>(header_.output_texts, "output_texts");
    outputs_ = cursor_.take<std::uint32_t>(header_.outputs, "outputs");
    steps_ = cursor_.take<StepRecord>(header_.steps, "steps");
    operands_ = cursor_.take<OperandRecord>(header_.operands, "operands");
    numbers_ = cursor_.take<double>(header_.numbers, "numbers");
    weights_ = cursor_.take<float>(header_.weights, "weights");
    columns_ = cursor_.take<std::uint32_t>(header_.columns, "columns");
    branches_ = cursor_.take<BranchRecord>(header_.branches, "branches");
    terms_ = cursor_.take<TermRecord>(header_.terms, "terms");
    hash_tables_ = cursor_.take<HashTableRecord>(header_.hash_tables, "hash_tables");
    hash_keys_ = cursor_.take<std::uint64_t>(header_.hash_keys, "hash_keys");
    hash_buckets_ = cursor_.take<std::uint32_t>(header_.hash_buckets, "hash_buckets");
    hash_values_ = cursor_.take<float>(header_.hash_values, "hash_values");
    ensembles_ = cursor_.take<EnsembleRecord>(header_.ensembles, "ensembles");
  }

  void check_header() {
    const Header &h = header_;
    expect(h.task <= 1, "The task is unknown.");
    const bool classification = h.task == static_cast<std::uint32_t>(model::Task::kClassification);
    expect(h.num_classes <= 1 &&
               (classification ? h.num_classes + h.num_probabilities > 0 : h.num_classes == 0),
           "The task and the outputs do not agree.");
    expect(std::uint64_t{h.num_values} + h.num_raw + h.num_probabilities + h.num_classes +
                       h.num_more ==
                   outputs_.size() &&
               std::uint64_t{h.num_values} + h.num_more == named_outputs_.size(),
           "The number of outputs is wrong.");
    std::uint64_t text = 0;
    for (const NamedOutputRecord &output : named_outputs_) {
      expect(output.first_text == text && output.num_texts <= output_texts_.size() - text,
             "The texts of an output are out of place.");
      text += output.num_texts;
    }
    expect(text == output_texts_.size(), "There are texts of no output.");
    expect(classification ? labels_.size() >= 2 && h.positive < labels_.size() &&
                                (h.num_probabilities == 0 || h.num_probabilities == labels_.size())
                          : labels_.empty() && h.positive == 0 && h.num_probabilities == 0,
           "The number of labels is wrong.");
    std::uint64_t category = 0, operation = 0;
    for (const InputRecord &input : inputs_) {
      expect(input.type <= 2 && input.on_unknown <= 3 && input.on_missing <= 2 &&
                 input.range <= 2 && input.unit <= 3 &&
                 std::ranges::all_of(input.reserved, [](auto byte) { return byte == 0; }),
             "An input has an unknown type or policy.");
      expect(
          input.first_category == category && input.num_categories <= categories_.size() - category,
          "The categories of an input are out of place.");
      category += input.num_categories;
      expect(input.first_operation == operation &&
                 input.num_operations <= text_operations_.size() - operation &&
                 (input.num_operations == 0 ||
                  input.type == static_cast<std::uint8_t>(model::ColumnType::kCategory)),
             "The text operations of an input are out of place.");
      operation += input.num_operations;
    }
    expect(operation == text_operations_.size(), "There are text operations of no input.");
    for (const TextOperationRecord &record : text_operations_) {
      const bool is_substring =
          record.function == static_cast<std::uint8_t>(model::TextFunction::kSubstring);
      expect(record.function <= static_cast<std::uint8_t>(model::TextFunction::kTrim) &&
                 std::ranges::all_of(record.reserved, [](auto byte) { return byte == 0; }) &&
                 (is_substring ? record.first >= 1 : record.first == 0 && record.count == 0),
             "A text operation is malformed.");
    }
    expect(category == categories_.size() && category_order_.size() == categories_.size() &&
               input_order_.size() == inputs_.size(),
           "The number of categories or inputs is wrong.");
  }

  // ---- steps ------------------------------------------------------------------------------------

  void read_column(std::uint32_t column, std::uint8_t wants) const {
    expect(column < column_wants_.size(), "A step reads a column that does not exist yet.");
    expect((wants & ~column_wants_[column]) == 0,
           "A step reads a column that is not always computed before it.");
  }
  /// The next `count` elements of a pool: pools are used front to back.
  template <class T>
  static std::span<const T> take_items(std::span<const T> pool, std::uint64_t &next,
                                       std::uint32_t first, std::uint32_t count) {
    expect(first == next && count <= pool.size() - next, "A step refers to elements out of place.");
    next += count;
    return pool.subspan(first, count);
  }
  void expect_ascending(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      cursor_.pace().spend(1);
      expect(!std::isnan(values[i]) && (i == 0 || values[i - 1] < values[i]),
             "Keys or cuts are not ascending.");
    }
  }

  void check_step(const StepRecord &step) {
    expect(step.kind <= StepKind::kDistances, "A step is of an unknown kind.");
    expect(step.wants <= kWantAll && (step.wants != 0 || step.kind == StepKind::kTrees),
           "A step is needed by nobody.");
    expect(step.precision <= 1 && step.flag <= 1 && step.on_missing <= 1 && step.reserved[0] == 0 &&
               step.reserved[1] == 0,
           "A flag of a step is out of range.");
    expect(step.first_output == column_wants_.size(), "The columns of a step are out of place.");
    switch (step.kind) {
      case StepKind::kApply:
        check_apply(step);
        break;
      case StepKind::kLookUp:
      case StepKind::kDiscretize:
        check_table(step);
        break;
      case StepKind::kHashLookUp:
        check_hash_look_up(step);
        break;
      case StepKind::kTrees:
        check_trees_step(step);
        break;
      case StepKind::kLinear:
        check_linear(step);
        break;
      case StepKind::kLink:
      case StepKind::kArgMax:
      case StepKind::kReduce:
      case StepKind::kRank:
      case StepKind::kPairwiseCoupling:
        check_columns_step(step);
        break;
      case StepKind::kPredicateTree:
        check_predicate_tree(step);
        break;
      case StepKind::kDense:
        check_dense(step);
        break;
      case StepKind::kKernelMachine:
        check_kernel_machine(step);
        break;
      case StepKind::kDistances:
        check_distances(step);
        break;
    }
    // Every column has at least 4 bytes of its own somewhere; ensembles show theirs only later.
    expect(column_wants_.size() + step.num_outputs <= bytes_.size() / 4,
           "A step has too many outputs.");
    column_wants_.insert(column_wants_.end(), step.num_outputs, step.wants);
  }

  void check_apply(const StepRecord &step) {
    expect(step.function <= static_cast<std::uint8_t>(model::Op::kNormalQuantile),
           "An operation is unknown.");
    expect(step.num_items == model::arity(static_cast<model::Op>(step.function)) &&
               step.num_items <= 3 && step.num_outputs == 1,
           "An operation has the wrong number of arguments.");
    for (const OperandRecord &operand :
         take_items(operands_, next_operand_, step.first_item, step.num_items)) {
      cursor_.pace().spend(2);
      expect(operand.reserved == 0, "An operand is malformed.");
      if (operand.column != OperandRecord::kConstant) read_column(operand.column, step.wants);
    }
  }

  void check_table(const StepRecord &step) {
    read_column(step.column, step.wants);
    expect(step.num_outputs == 1 && step.num_items == 0 && step.first_item == 0,
           "A table has the wrong number of outputs.");
    const auto numbers = take_items(numbers_, next_number_, step.first_number, step.num_numbers);
    expect(numbers.size() >= 2, "A table is too short.");
    // Unknown, missing, values by code
    if (step.kind == StepKind::kLookUp && step.flag != 0) return;
    // LookUp: unknown, missing, keys, values. Discretize: missing, cuts, one value more than cuts.
    expect(numbers.size() % 2 == 0, "A table has not one value per key.");
    const std::size_t keys = numbers.size() / 2 - 1;
    expect_ascending(numbers.subspan(step.kind == StepKind::kLookUp ? 2 : 1, keys));
  }

  void check_trees_step(const StepRecord &step) {
    expect(step.first_item == tree_steps_.size() && step.num_items == 1 &&
               step.first_item < ensembles_.size(),
           "A tree ensemble is out of place.");
    const EnsembleRecord &ensemble = ensembles_[step.first_item];
    expect(ensemble.num_groups == step.num_outputs,
           "A tree ensemble has the wrong number of outputs.");
    tree_steps_.push_back(&step);
  }

  void check_linear(const StepRecord &step) {
    const auto terms = take_items(terms_, next_term_, step.first_item, step.num_items);
    const auto numbers = take_items(numbers_, next_number_, step.first_number, step.num_numbers);
    expect(step.num_outputs >= 1 && step.num_outputs <= numbers.size(),
           "A linear predictor has the wrong number of outputs.");
    std::uint64_t next = std::uint64_t{step.first_number} + step.num_outputs;
    for (const TermRecord &term : terms) {
      cursor_.pace().spend(4);
      read_column(term.column, step.wants);
      expect(term.by_level <= 1 && (term.by_level != 0 || term.num_levels == 0),
             "A linear term is malformed.");
      expect(term.first_number == next, "The coefficients of a linear term are out of place.");
      next += std::uint64_t{term.by_level != 0 ? term.num_levels : 1} * step.num_outputs;
      expect(next <= step.first_number + numbers.size(),
             "The coefficients of a linear term are out of range.");
    }
    expect(next == step.first_number + numbers.size(),
           "A linear predictor has the wrong number of coefficients.");
  }

  /// The column list of a step; not empty.
  std::span<const std::uint32_t> take_columns(const StepRecord &step) {
    const auto columns = take_items(columns_, next_column_, step.first_item, step.num_items);
    expect(!columns.empty(), "A step reads nothing.");
    for (std::uint32_t column : columns) {
      cursor_.pace().spend(1);
      read_column(column, step.wants);
    }
    return columns;
  }

  void check_columns_step(const StepRecord &step) {
    const auto columns = take_columns(step);
    switch (step.kind) {
      case StepKind::kLink:
        expect(step.function <= static_cast<std::uint8_t>(model::LinkFunction::kTanh),
               "A link function is unknown.");
        expect(step.num_outputs == columns.size(), "A step has the wrong number of outputs.");
        break;
      case StepKind::kReduce:
        expect(step.function <= static_cast<std::uint8_t>(model::Reduction::kWeightedMedian),
               "A reduction is unknown.");
        expect(step.num_numbers ==
                   (step.function == static_cast<std::uint8_t>(model::Reduction::kWeightedMedian)
                        ? columns.size()
                        : 0),
               "A reduction has the wrong number of weights.");
        if (step.num_numbers != 0)
          take_items(numbers_, next_number_, step.first_number, step.num_numbers);
        expect(step.num_outputs == 1, "A step has the wrong number of outputs.");
        break;
      case StepKind::kRank:
        expect(step.num_outputs >= 1 && step.num_outputs <= columns.size(),
               "A rank has the wrong number of outputs.");
        break;
      case StepKind::kPairwiseCoupling:
        expect(step.num_outputs >= 2 &&
                   std::uint64_t{step.num_outputs} * (step.num_outputs - 1) / 2 == columns.size(),
               "A coupling of pairs has the wrong number of outputs.");
        break;
      default:
        expect(step.num_outputs == 1, "A step has the wrong number of outputs.");
    }
  }

  void check_predicate_tree(const StepRecord &step) {
    expect(step.function <=
                   static_cast<std::uint8_t>(model::PredicateTree::OnMissing::kDefaultChild) &&
               step.num_outputs == 2 && step.num_items >= 1,
           "A predicate tree is malformed.");
    for (const OperandRecord &operand :
         take_items(operands_, next_operand_, step.first_item, step.num_items)) {
      cursor_.pace().spend(2);
      expect(operand.reserved == 0, "An operand is malformed.");
      if (operand.column != OperandRecord::kConstant) read_column(operand.column, step.wants);
    }
    const auto nodes = take_items(branches_, next_branch_, step.first_number, step.num_items);
    std::uint64_t next = 1;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      cursor_.pace().spend(2);
      const BranchRecord &node = nodes[i];
      constexpr std::uint32_t kNoChild = model::PredicateTree::kNoChild;
      if (node.num_children == 0) {
        expect(node.first_child == 0 && node.default_child == kNoChild,
               "A leaf of a predicate tree is malformed.");
        continue;
      }
      expect(node.first_child == next && next > i && node.num_children <= nodes.size() - next,
             "The children of a predicate tree are out of place.");
      next += node.num_children;
      expect(node.default_child == kNoChild ||
                 (node.default_child >= node.first_child && node.default_child < next),
             "A default child of a predicate tree is out of place.");
    }
    expect(next == nodes.size(), "A node of a predicate tree has no parent.");
  }

  void check_dense(const StepRecord &step) {
    const auto columns = take_columns(step);
    expect(step.num_outputs >= 1 &&
               (columns.size() + 1) * std::uint64_t{step.num_outputs} == step.num_numbers,
           "A layer has the wrong number of weights.");
    if (step.precision == static_cast<std::uint8_t>(model::Precision::kFloat32))
      take_items(weights_, next_weight_, step.first_number, step.num_numbers);
    else
      take_items(numbers_, next_number_, step.first_number, step.num_numbers);
  }

  void check_kernel_machine(const StepRecord &step) {
    const auto columns = take_columns(step);
    take_items(numbers_, next_number_, step.first_number, step.num_numbers);
    expect(step.function <= static_cast<std::uint8_t>(model::KernelMachine::Kernel::kSigmoid),
           "A kernel function is unknown.");
    const std::uint64_t head = 3 + std::uint64_t{step.num_outputs},
                        vector = step.num_outputs + columns.size();
    expect(step.num_outputs >= 1 && step.num_numbers >= head &&
               (step.num_numbers - head) % vector == 0,
           "A kernel machine has the wrong number of numbers.");
  }

  void check_distances(const StepRecord &step) {
    const auto columns = take_columns(step);
    const auto numbers = take_items(numbers_, next_number_, step.first_number, step.num_numbers);
    expect(step.function <= static_cast<std::uint8_t>(model::Distances::Measure::kBinary),
           "A distance is unknown.");
    const std::uint64_t head =
        DistanceNumbers::kFields + DistanceNumbers::kFieldSize * columns.size();
    expect(numbers.size() > head && (numbers.size() - head) % columns.size() == 0,
           "Distances have the wrong number of numbers.");
    const std::uint64_t points = (numbers.size() - head) / columns.size();
    expect(step.flag != 0 ? step.num_outputs >= 2 && step.num_outputs % 2 == 0 &&
                                step.num_outputs / 2 <= points
                          : step.num_outputs == points,
           "Distances have the wrong number of outputs.");
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const double compare = numbers[DistanceNumbers::kFields + k * DistanceNumbers::kFieldSize];
      expect(compare == 0 || compare == 1 || compare == 2 || compare == 3,
             "The comparison of a field is unknown.");
    }
  }

  void check_hash_look_up(const StepRecord &step) {
    const auto columns = take_items(columns_, next_column_, step.first_item, step.num_items);
    expect(!columns.empty() && step.num_outputs >= 1 && step.num_numbers == 0,
           "A hash table has no columns or no values.");
    for (std::uint32_t column : columns) {
      cursor_.pace().spend(1);
      read_column(column, step.wants);
    }
    const HashTableRecord &table = take_items(hash_tables_, next_table_, step.first_number, 1)[0];
    expect(table.bucket_bits >= 1 && table.bucket_bits <= 31,
           "The index of a hash table has a wrong size.");
    const auto keys = take_items(hash_keys_, next_key_, table.first_key, table.num_keys);
    const auto buckets =
        take_items(hash_buckets_, next_bucket_, table.first_bucket, (1u << table.bucket_bits) + 1);
    const std::uint64_t num_values = (std::uint64_t{table.num_keys} + 1) * step.num_outputs;
    expect(num_values <= hash_values_.size(), "A hash table has too few values.");
    take_items(hash_values_, next_value_, table.first_value,
               static_cast<std::uint32_t>(num_values));
    expect(buckets.front() == 0 && buckets.back() == keys.size(),
           "The index of a hash table does not cover it.");
    for (std::size_t b = 0; b + 1 < buckets.size(); ++b) {
      cursor_.pace().spend(4);
      expect(buckets[b] <= buckets[b + 1] && buckets[b + 1] <= keys.size(),
             "The index of a hash table is not ascending.");
      for (std::uint32_t i = buckets[b]; i < buckets[b + 1]; ++i)
        expect(keys[i] >> (64 - table.bucket_bits) == b && (i == 0 || keys[i - 1] < keys[i]),
               "The keys of a hash table are out of place.");
    }
  }

  void check_outputs() const {
    std::size_t i = 0;
    auto check = [&](std::uint32_t count, std::uint8_t want) {
      for (std::uint32_t k = 0; k < count; ++k) read_column(outputs_[i++], want);
    };
    check(header_.num_values, kWantValues);
    check(header_.num_raw, kWantRaw);
    check(header_.num_probabilities, kWantProbabilities);
    check(header_.num_classes, kWantClass);
    check(header_.num_more, kWantMore);
  }

  void check_ensembles() {
    std::uint64_t num_trees = 0;
    for (std::size_t e = 0; e < ensembles_.size(); ++e) {
      const StepRecord &step = *tree_steps_[e];
      const ReadableColumns readable{{column_wants_.data(), step.first_output},
                                     static_cast<std::uint8_t>(step.wants | kWantLeaves),
                                     static_cast<std::uint32_t>(inputs_.size())};
      expect(ensembles_[e].first_leaf == num_trees, "The trees are numbered wrongly.");
      verify_trees(ensembles_[e], readable, cursor_);
      num_trees += ensembles_[e].num_trees;
    }
    expect(header_.num_trees == num_trees, "The number of trees is wrong.");
  }

  // ---- texts ------------------------------------------------------------------------------------

  std::string_view text(const Text &text) const {
    return {text_.data() + text.offset, text.length};
  }
  void check_text(const Text &text) {
    expect(text.offset == next_text_ && text.length <= text_.size() - next_text_,
           "A text is out of place.");
    next_text_ += text.length;
  }
  /// Strictly ascending texts are distinct, so `order` is a permutation.
  template <class TextAt>
  static void check_sorted(std::span<const std::uint32_t> order, TextAt text_at) {
    for (std::size_t i = 0; i < order.size(); ++i)
      expect(order[i] < order.size() && (i == 0 || text_at(order[i - 1]) < text_at(order[i])),
             "Names are not in order.");
  }
  void check_texts() {
    for (const InputRecord &input : inputs_) {
      check_text(input.name);
      for (const Text &category : categories_.subspan(input.first_category, input.num_categories))
        check_text(category);
    }
    std::ranges::for_each(labels_, [&](const Text &label) { check_text(label); });
    for (const NamedOutputRecord &output : named_outputs_) {
      check_text(output.name);
      for (const Text &text : output_texts_.subspan(output.first_text, output.num_texts))
        check_text(text);
    }
    cursor_.pace().spend(16 * (categories_.size() + output_texts_.size()));
    expect(next_text_ == text_.size(), "There is text of nobody.");
    check_sorted(input_order_, [&](std::uint32_t i) { return text(inputs_[i].name); });
    for (const InputRecord &input : inputs_)
      check_sorted(
          category_order_.subspan(input.first_category, input.num_categories),
          [&](std::uint32_t code) { return text(categories_[input.first_category + code]); });
  }

  const Bytes bytes_;
  const Header &header_;
  SectionCursor cursor_;
  std::span<const InputRecord> inputs_;
  std::span<const TextOperationRecord> text_operations_;
  std::span<const Text> categories_, labels_, output_texts_;
  std::span<const NamedOutputRecord> named_outputs_;
  std::span<const std::uint32_t> category_order_, input_order_, outputs_, columns_;
  std::span<const StepRecord> steps_;
  std::span<const OperandRecord> operands_;
  std::span<const double> numbers_;
  std::span<const float> weights_;
  std::span<const BranchRecord> branches_;
  std::span<const TermRecord> terms_;
  std::span<const HashTableRecord> hash_tables_;
  std::span<const std::uint64_t> hash_keys_;
  std::span<const std::uint32_t> hash_buckets_;
  std::span<const float> hash_values_;
  std::span<const EnsembleRecord> ensembles_;
  std::span<const char> text_;
  std::uint64_t next_operand_ = 0, next_number_ = 0, next_column_ = 0, next_term_ = 0,
                next_text_ = 0;
  std::uint64_t next_weight_ = 0, next_branch_ = 0;
  std::uint64_t next_table_ = 0, next_key_ = 0, next_bucket_ = 0, next_value_ = 0;
  // For each column so far: the wants of the step that writes it
  std::vector<std::uint8_t> column_wants_;
  std::vector<const StepRecord *> tree_steps_;
};

}  // namespace

void verify_plan(Bytes bytes, Interrupt interrupt) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % kPlanAlignment != 0)
    throw Error(ErrorCode::kInternal, "a plan is not aligned");
  expect(bytes.size() >= sizeof(Header), "It is shorter than its header.");
  const Header &header = *reinterpret_cast<const Header *>(bytes.data());
  expect(std::memcmp(header.magic, kPlanMagic, sizeof header.magic) == 0,
         "It does not begin with the mark of a plan.");
  if (header.version != kPlanVersion)
    throw Error(ErrorCode::kCorruptedPlan, "stored model plan has another format version",
                "It has version " + std::to_string(header.version) +
                    ", this server reads version " + std::to_string(kPlanVersion) + ".");
  expect(header.header_size == sizeof(Header), "The size of its header is wrong.");
  expect(header.total_size == bytes.size(), "Its size is not what its header says.");
  expect(header.checksum == plan_checksum(bytes, interrupt), "Its checksum is wrong.");
  PlanVerifier(bytes, interrupt).run();
}

void verify_plan(Bytes bytes) { verify_plan(bytes, {}); }

}  // namespace pgscore::plan
