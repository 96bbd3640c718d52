// The table of file formats and the one entry through which every model comes in.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/builder.hpp"

namespace pgscore::formats {

/// What the caller says about a file beyond its bytes: import_model's `options`. One vocabulary for
/// all formats; load() refuses what a format does not take (Format::options).
struct Options {
  std::optional<std::uint32_t> start_iteration;  // leave out the first n boosting rounds
  std::optional<std::uint32_t> iterations;       // use only n boosting rounds: the first ones, or
                                                 // those from start_iteration on
  std::optional<std::string> objective;          // for dumps, which lack it
  std::vector<double> base_score;                // empty, one number, or one per class or target
  std::optional<std::uint32_t> num_class;
  std::optional<std::uint32_t> num_target;    // of dumps: how many values a row gets, quantiles
                                              // among them
  std::optional<std::string> positive_class;  // label of the positive class of a binary model
  std::optional<double> threshold;            // P(positive) above which predict_class gives the
                                              // positive class
  // What it costs to predict a class for a row of another: costs[actual][predicted], by label;
  // empty: not given. predict_class gives the class of the least expected cost.
  std::map<std::string, std::map<std::string, double>> cost_matrix;
  std::optional<std::string> null_category;  // the category that NULL stands for, of features that
                                             // take any (CatBoost)
  std::optional<model::UnknownPolicy> on_unknown;
  std::optional<model::MissingPolicy> on_missing;
};

/// Reads import_model's `options`, a JSON object. Unknown keys and wrong types are kInvalidArgument
/// and name the key.
Options parse_options(std::string_view json);

/// import_model's `features`: names, and for categories their lists, in the model's order. A JSON
/// array of names or of objects {"name": ..., "categories": [...]}.
struct FeatureOverride {
  std::string name;
  std::optional<std::vector<std::string>> categories;
};

/// Reads import_model's `features`, in their order. A category that is a number or a boolean
/// becomes its JSON text. Throws kInvalidArgument for text that is no JSON, for anything but an
/// array, and for an element that is neither a name nor such an object; the message names its
/// index.
std::vector<FeatureOverride> parse_features(std::string_view json);

/// Text of a file in an encoding that it names -> UTF-8. Throws kUnsupportedModel when there is no
/// such conversion, and kInvalidModel when the bytes are not in that encoding.
using ToUtf8 = std::string (*)(std::string_view encoding, Bytes text);

struct Source {
  Bytes bytes;
  Options options = {};
  std::vector<FeatureOverride> features = {};  // empty: the file's own
  std::vector<std::string> labels = {};        // empty: the file's own
  ToUtf8 to_utf8 = nullptr;                    // for encodings the readers do not know; null: none
};

struct Format {
  std::string_view name;  // what `format =>` takes: "xgboost-json"
  /// Those of start_iteration, iterations, objective, base_score, num_class and num_target that it
  /// takes, with blanks between them. load() refuses the others.
  std::string_view options;
  std::string_view description;  // for people: "XGBoost model in JSON (save_model('m.json'))"
  /// Cheap look at the first bytes (up to a few KB, or the whole); never throws, never scans more
  /// than it must.
  bool (*sniff)(Bytes bytes);
  /// Reads the whole artifact into the builder. Throws Error. Applies the options named
  /// above; features, labels, positive_class, threshold and the policies are applied by load() for
  /// every format.
  void (*load)(const Source &source, model::Builder &builder);
};

/// Gives all formats, in the order in which "auto" tries them: a format whose first bytes say more
/// comes first. The table lives as long as the program.
std::span<const Format> format_table();

/// bytes -> verified model. `format`: a name of the table or "auto".
model::Model load(std::string_view format, const Source &source, const Limits &limits = {},
                  Interrupt interrupt = {});

}  // namespace pgscore::formats
