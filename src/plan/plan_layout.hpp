// The bytes of a plan, field by field.
//
// A plan is one immutable image without pointers: a Header, then sections, each aligned to 64
// bytes, in exactly the order in which the header and the ensemble records name them. Every section
// begins where the one before it ends (rounded up), and every pool (texts, operands, numbers,
// column lists, terms, cuts) is used up front to back by the records that refer to it. So there is
// one byte string for each model, and the verifier's work is linear in the bytes: nothing can be
// referred to twice. Padding is zero. Numbers are little-endian, floats IEEE 754.
//
// This header has the plan's own records, and includes those of the steps (step_layout.hpp) and of
// the trees (tree_layout.hpp, code_layout.hpp).
#pragma once
#include "plan/section_layout.hpp"
#include "plan/step_layout.hpp"
#include "plan/tree_layout.hpp"

namespace pgscore::plan {

inline constexpr std::uint32_t kPlanVersion = 10;
inline constexpr char kPlanMagic[8] = {'P', 'G', 'S', 'C', 'P', 'L', 'A', 'N'};

struct Header {
  char magic[8];                    // kPlanMagic
  std::uint32_t version;            // kPlanVersion
  std::uint32_t header_size;        // sizeof(Header)
  std::uint64_t total_size;         // bytes of the whole plan, a multiple of kPlanAlignment
  std::uint64_t checksum;           // XXH3-64 of the bytes from `task` to the end
  std::uint32_t task;               // model::Task
  std::uint32_t positive;           // index of the positive label; 0 for regression
  std::uint32_t num_columns;        // inputs, then the columns that steps write
  std::uint32_t num_values;         // the section `outputs` holds this many columns for predict,
  std::uint32_t num_raw;            // then these for predict_raw,
  std::uint32_t num_probabilities;  // then these for predict_proba,
  std::uint32_t num_classes;        // then 0 or 1 for predict_class,
  std::uint32_t num_more;           // then these, which predict_outputs returns besides
  std::uint64_t num_trees;          // of all ensembles: the width of predict_leaf
  Section inputs;                   // InputRecord
  Section categories;               // Text, of all inputs, by input and code
  Section category_order;           // uint32: for each input its codes in ascending order of their
                                    // texts (bytes)
  Section text_operations;          // TextOperationRecord, of all inputs
  Section input_order;              // uint32: inputs in ascending order of their names (bytes)
  Section labels;                   // Text
  Section named_outputs;            // NamedOutputRecord, num_values and num_more
  Section output_texts;             // Text, of all named outputs
  Section outputs;                  // uint32: columns
  Section steps;                    // StepRecord, in order of evaluation
  Section operands;                 // OperandRecord
  Section numbers;                  // double
  Section weights;                  // float: of layers in float32
  Section columns;                  // uint32: the column lists of the steps that read many columns
  Section branches;                 // BranchRecord, of all predicate trees
  Section terms;                    // TermRecord
  Section hash_tables;              // HashTableRecord
  Section hash_keys;                // uint64, of all hash tables
  Section hash_buckets;             // uint32
  Section hash_values;              // float
  Section ensembles;                // EnsembleRecord; the sections of each ensemble follow,
                                    // ensemble by ensemble
  Section text;                     // bytes; the last section
};

struct InputRecord {
  Text name;
  std::uint32_t first_category;  // in `categories` and `category_order`
  std::uint32_t num_categories;
  std::uint32_t first_operation;  // in `text_operations`
  std::uint32_t num_operations;
  std::uint8_t type;         // model::ColumnType
  std::uint8_t on_unknown;   // model::UnknownPolicy
  std::uint8_t on_missing;   // model::MissingPolicy
  std::uint8_t range;        // model::NumberRange
  std::uint8_t unit;         // model::Unit
  std::uint8_t reserved[3];  // 0
};

/// As model::TextOperation.
struct TextOperationRecord {
  std::uint8_t function;     // model::TextFunction
  std::uint8_t reserved[3];  // 0
  std::uint32_t first;
  std::uint32_t count;
};

/// An output with a name. If it has texts, its column is an index into them.
struct NamedOutputRecord {
  Text name;
  std::uint32_t first_text;  // in `output_texts`
  std::uint32_t num_texts;
};

static_assert(kIsPlain<Header, 72 + 22 * 16> && offsetof(Header, version) == 8 &&
              offsetof(Header, total_size) == 16 && offsetof(Header, checksum) == 24 &&
              offsetof(Header, task) == 32 && offsetof(Header, num_trees) == 64 &&
              offsetof(Header, inputs) == 72 && offsetof(Header, text) == 72 + 21 * 16);
static_assert(kIsPlain<InputRecord, 32> && offsetof(InputRecord, first_category) == 8 &&
              offsetof(InputRecord, type) == 24);
static_assert(kIsPlain<TextOperationRecord, 12> && offsetof(TextOperationRecord, first) == 4);
static_assert(kIsPlain<NamedOutputRecord, 16>);

}  // namespace pgscore::plan
