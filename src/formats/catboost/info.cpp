// model_info: the texts that CatBoost keeps beside the trees. model.cpp (1.2.10),
// GetLossDescription, GetModelClassLabels and GetBinClassProbabilityThreshold say what is read of
// them.
#include <string>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/catboost/model.hpp"

namespace pgscore::formats::catboost {
namespace {

using Kind = DocumentReader::Kind;

/// A number as JSON writes it: 1, not 1.0.
std::string number_text(JsonReader &reader) { return float64_text(reader.float64()); }

/// A class label, or a parameter of a loss, as a text. Booleans as Python and CatBoost's own output
/// write them.
std::string scalar_text(JsonReader &reader) {
  switch (reader.peek()) {
    case Kind::kString:
      return reader.text();
    case Kind::kNumber:
      return number_text(reader);
    case Kind::kBoolean:
      return reader.integer() != 0 ? "True" : "False";
    default:
      reader.refuse("expected a string, a number or a boolean");
  }
}

std::vector<std::string> scalar_texts(JsonReader &reader) {
  std::vector<std::string> texts;
  if (reader.peek() == Kind::kNull) {
    reader.skip();
    return texts;
  }
  for (reader.begin_array(); reader.next_element();) texts.push_back(scalar_text(reader));
  return texts;
}

/// {"type": "Quantile", "params": {"alpha": "0.1"}}
void read_loss(JsonReader &reader, std::string &loss, std::string &parameters) {
  reader.begin_object();
  for (std::string_view key; reader.next_key(key);) {
    if (key == "type") {
      loss = reader.text();
    } else if (key == "params" && reader.peek() == Kind::kObject) {
      parameters.clear();
      reader.begin_object();
      for (std::string_view name; reader.next_key(name);) {
        if (name == "__params_key_order") {
          reader.skip();
          continue;
        }
        parameters += (parameters.empty() ? "" : ";") + std::string(name) + "=";
        parameters += scalar_text(reader);
      }
    } else {
      reader.skip();
    }
  }
}

void read_params(JsonReader &reader, Info &info) {
  reader.begin_object();
  for (std::string_view key; reader.next_key(key);) {
    if (key == "loss_function" && reader.peek() == Kind::kObject) {
      read_loss(reader, info.params_loss, info.params_loss_parameters);
    } else if (key == "data_processing_options" && reader.peek() == Kind::kObject) {
      reader.begin_object();
      for (std::string_view name; reader.next_key(name);) {
        if (name == "class_names")
          info.params_class_names = scalar_texts(reader);
        else
          reader.skip();
      }
    } else {
      reader.skip();
    }
  }
}

void read_class_options(JsonReader &reader, const Limits &limits, ClassOptions &options) {
  options.is_given = true;
  reader.begin_object();
  for (std::string_view key; reader.next_key(key);) {
    if (key == "class_names") {
      options.class_names = scalar_texts(reader);
    } else if (key == "class_to_label") {
      options.class_to_label = scalar_texts(reader);
    } else if (key == "classes_count") {
      const std::int64_t count = reader.integer();
      if (count < 0) reader.refuse("classes_count is negative");
      check_limit(static_cast<std::uint64_t>(count), limits.max_outputs, "classes");
      options.classes_count = static_cast<std::uint32_t>(count);
    } else {
      reader.skip();
    }
  }
}

/// "Git info:\n    Commit: ...\n    Branch: tags/v1.2.10\n    ...": the release, else the first
/// eight digits of the commit.
std::string version_of(std::string_view text) {
  auto line = [&](std::string_view mark) {
    const std::size_t at = text.find(mark);
    if (at == text.npos) return std::string_view();
    const std::string_view rest = text.substr(at + mark.size());
    return rest.substr(0, std::min(rest.find('\n'), std::size_t{40}));
  };
  if (const std::string_view tag = line("Branch: tags/v"); !tag.empty()) return std::string(tag);
  if (const std::string_view commit = line("Commit: "); !commit.empty())
    return "commit " + std::string(commit.substr(0, 8));
  return {};
}

bool is_json(std::string_view key) {
  return key == "params" || key == "loss_function" || key == "class_params" ||
         key == "multiclass_params";
}

}  // namespace

void read_info(std::string_view key, JsonReader &value, const Limits &limits, Info &info) {
  const std::string name(key);  // the reader's text does not outlive the next call
  if (value.peek() == Kind::kString) return read_info(name, value.text(), limits, info);
  if (!is_json(name) || value.peek() != Kind::kObject) return value.skip();
  if (name == "params")
    read_params(value, info);
  else if (name == "loss_function")
    read_loss(value, info.loss, info.loss_parameters);
  else
    read_class_options(value, limits,
                       name == "class_params" ? info.class_params : info.multiclass_params);
}

void read_info(std::string_view key, std::string_view text, const Limits &limits, Info &info) {
  if (is_json(key)) {
    if (text.empty()) return;
    try {
      JsonReader reader(as_bytes(text), limits);
      if (reader.peek() != Kind::kObject) reader.refuse("expected an object");
      read_info(key, reader, limits, info);
      reader.end_document();
    } catch (const Error &e) {
      throw e.within("model_info: " + std::string(key));
    }
  } else if (key == "binclass_probability_threshold") {
    // CatBoost warns of a text that is no number and takes 0.5.
    info.probability_threshold = parse_float64(text);
  } else if (key == "catboost_version_info") {
    info.version = version_of(text);
  } else if (key == "train_finish_time") {
    info.trained_at = text.substr(0, 40);
  }
}

}  // namespace pgscore::formats::catboost
