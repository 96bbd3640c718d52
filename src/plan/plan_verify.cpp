// The last gate before shared memory. Kernels and Plan check nothing, so whatever they rely on is
// proven here: every section in its one place, every column written before it is read (by a step
// that runs whenever its reader runs), every index in range, every tree reference pointing forward.
// Work and memory are linear in the bytes, since nothing is referred to twice.
//
// This file proves the inputs, the outputs and the texts; verify_steps.cpp the steps, and
// verify_trees.cpp and its neighbours the trees.
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "model/model.hpp"
#include "plan/checksum.hpp"
#include "plan/plan.hpp"
#include "plan/section_cursor.hpp"
#include "plan/verify_plan.hpp"
#include "plan/verify_steps.hpp"
#include "plan/verify_trees.hpp"

namespace pgscore::plan {
namespace {

class PlanVerifier {
 public:
  PlanVerifier(Bytes bytes, Interrupt interrupt)
      : bytes_(bytes),
        header_(*reinterpret_cast<const Header *>(bytes.data())),
        cursor_(bytes, sizeof(Header), interrupt) {}

  void run() {
    take_sections();
    check_outputs();
    check_inputs();
    check_text_operations();
    // Every column has at least 4 bytes of its own somewhere; ensembles show theirs only later.
    StepsVerifier steps(pools_, inputs_.size(), bytes_.size() / 4, cursor_.pace());
    for (const StepRecord &step : steps_) steps.check(step);
    expect(steps.column_wants().size() == header_.num_columns, "The number of columns is wrong.");
    steps.check_pools();
    check_output_columns(steps);
    check_ensembles(steps);
    text_ = cursor_.take<char>(header_.text, "text");
    expect(cursor_.position() == bytes_.size(), "Something follows the last section.");
    check_texts();
  }

 private:
  void take_sections() {
    const Header &h = header_;
    inputs_ = cursor_.take<InputRecord>(h.inputs, "inputs");
    categories_ = cursor_.take<Text>(h.categories, "categories");
    category_order_ = cursor_.take<std::uint32_t>(h.category_order, "category_order");
    text_operations_ = cursor_.take<TextOperationRecord>(h.text_operations, "text_operations");
    input_order_ = cursor_.take<std::uint32_t>(h.input_order, "input_order");
    labels_ = cursor_.take<Text>(h.labels, "labels");
    named_outputs_ = cursor_.take<NamedOutputRecord>(h.named_outputs, "named_outputs");
    output_texts_ = cursor_.take<Text>(h.output_texts, "output_texts");
    outputs_ = cursor_.take<std::uint32_t>(h.outputs, "outputs");
    steps_ = cursor_.take<StepRecord>(h.steps, "steps");
    pools_.operands = cursor_.take<OperandRecord>(h.operands, "operands");
    pools_.numbers = cursor_.take<double>(h.numbers, "numbers");
    pools_.weights = cursor_.take<float>(h.weights, "weights");
    pools_.columns = cursor_.take<std::uint32_t>(h.columns, "columns");
    pools_.branches = cursor_.take<BranchRecord>(h.branches, "branches");
    pools_.terms = cursor_.take<TermRecord>(h.terms, "terms");
    pools_.hash_tables = cursor_.take<HashTableRecord>(h.hash_tables, "hash_tables");
    pools_.hash_keys = cursor_.take<std::uint64_t>(h.hash_keys, "hash_keys");
    pools_.hash_buckets = cursor_.take<std::uint32_t>(h.hash_buckets, "hash_buckets");
    pools_.hash_values = cursor_.take<float>(h.hash_values, "hash_values");
    ensembles_ = cursor_.take<EnsembleRecord>(h.ensembles, "ensembles");
    pools_.ensembles = ensembles_;
  }

  /// Checks the task, and that it has the outputs and labels that it needs.
  void check_outputs() const {
    const Header &h = header_;
    expect(is_enumerator<model::Task>(h.task), "The task is unknown.");
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
  }

  void check_inputs() const {
    std::uint64_t category = 0, operation = 0;
    for (const InputRecord &input : inputs_) {
      expect(is_enumerator<model::ColumnType>(input.type) &&
                 is_enumerator<model::UnknownPolicy>(input.on_unknown) &&
                 is_enumerator<model::MissingPolicy>(input.on_missing) &&
                 is_enumerator<model::NumberRange>(input.range) &&
                 is_enumerator<model::Unit>(input.unit) && all_zero(input.reserved),
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
    expect(category == categories_.size() && category_order_.size() == categories_.size() &&
               input_order_.size() == inputs_.size(),
           "The number of categories or inputs is wrong.");
  }

  void check_text_operations() const {
    for (const TextOperationRecord &record : text_operations_) {
      expect(is_enumerator<model::TextFunction>(record.function) && all_zero(record.reserved),
             "A text operation is malformed.");
      const bool is_substring =
          record.function == static_cast<std::uint8_t>(model::TextFunction::kSubstring);
      expect(is_substring ? record.first >= 1 : record.first == 0 && record.count == 0,
             "A text operation is malformed.");
    }
  }

  void check_output_columns(const StepsVerifier &steps) const {
    std::size_t i = 0;
    auto check = [&](std::uint32_t count, std::uint8_t want) {
      for (std::uint32_t k = 0; k < count; ++k) steps.read_column(outputs_[i++], want);
    };
    check(header_.num_values, kWantValues);
    check(header_.num_raw, kWantRaw);
    check(header_.num_probabilities, kWantProbabilities);
    check(header_.num_classes, kWantClass);
    check(header_.num_more, kWantMore);
  }

  void check_ensembles(const StepsVerifier &steps) {
    std::uint64_t num_trees = 0;
    for (std::size_t e = 0; e < ensembles_.size(); ++e) {
      const StepRecord &step = *steps.tree_steps()[e];
      const ReadableColumns readable{steps.column_wants().first(step.first_output),
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
  /// Checks that texts ascend strictly: then they are distinct, and `order` is a permutation.
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
    for (const Text &label : labels_) check_text(label);
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
  std::span<const std::uint32_t> category_order_, input_order_, outputs_;
  std::span<const StepRecord> steps_;
  std::span<const EnsembleRecord> ensembles_;
  std::span<const char> text_;
  StepPools pools_;
  std::uint64_t next_text_ = 0;
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
