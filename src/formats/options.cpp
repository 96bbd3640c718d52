// import_model's `options` and `features`: JSON -> structs.
#include <cmath>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "model/names.hpp"

namespace pgscore::formats {
namespace {

using Json = nlohmann::json;

Json parse(std::string_view text, const char *what) {
  // Depth is bounded by the callback: these documents are two levels deep at most.
  auto shallow = [](int depth, Json::parse_event_t, Json &) {
    if (depth > 8) throw Error(ErrorCode::kInvalidArgument, "an argument is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception &e) {
    throw Error(ErrorCode::kInvalidArgument, std::string("invalid JSON in ") + what, e.what());
  }
}

[[noreturn]] void refuse_option(const std::string &key, const std::string &expected) {
  throw Error(ErrorCode::kInvalidArgument, "invalid value for option \"" + key + "\"",
              "It must be " + expected + ".");
}

double number(const std::string &key, const Json &value) {
  if (!value.is_number()) refuse_option(key, "a number");
  return value.get<double>();
}
std::uint32_t count(const std::string &key, const Json &value) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < 1 ||
      value.get<std::int64_t>() > INT32_MAX)
    refuse_option(key, "a positive integer");
  return value.get<std::uint32_t>();
}
/// One number, or an array of them: XGBoost's configuration has one base score for each class or
/// target since 3.1.
std::vector<double> numbers(const std::string &key, const Json &value) {
  if (value.is_number()) return {value.get<double>()};
  std::vector<double> out;
  const bool is_list = value.is_array() && !value.empty();
  if (is_list)
    for (const Json &element : value)
      if (element.is_number()) out.push_back(element.get<double>());
  if (!is_list || out.size() != value.size())
    refuse_option(key, "a number, or an array of numbers");
  return out;
}
std::map<std::string, std::map<std::string, double>> costs(const std::string &key,
                                                           const Json &value) {
  constexpr const char *kExpected =
      R"(an object of objects of numbers from 0 on: {"actual class": {"predicted class": cost}})";
  std::map<std::string, std::map<std::string, double>> matrix;
  if (!value.is_object() || value.empty()) refuse_option(key, kExpected);
  for (const auto &[actual, row] : value.items()) {
    if (!row.is_object()) refuse_option(key, kExpected);
    for (const auto &[predicted, cost] : row.items()) {
      if (!cost.is_number() || !(cost.get<double>() >= 0) || !std::isfinite(cost.get<double>()))
        refuse_option(key, kExpected);
      matrix[actual][predicted] = cost.get<double>();
    }
  }
  return matrix;
}
std::string text(const std::string &key, const Json &value) {
  if (!value.is_string()) refuse_option(key, "a string");
  return value.get<std::string>();
}

}  // namespace

Options parse_options(std::string_view json) {
  Options options;
  const Json document = parse(json, "options");
  if (!document.is_object())
    throw Error(ErrorCode::kInvalidArgument, "options must be a JSON object");
  for (const auto &[key, value] : document.items()) {
    if (key == "iterations") {
      options.iterations = count(key, value);
    } else if (key == "start_iteration") {
      if (!value.is_number_integer() || value.get<std::int64_t>() < 0 ||
          value.get<std::int64_t>() > INT32_MAX)
        refuse_option(key, "an integer from 0 on");
      options.start_iteration = value.get<std::uint32_t>();
    } else if (key == "objective") {
      options.objective = text(key, value);
    } else if (key == "base_score") {
      options.base_score = numbers(key, value);
    } else if (key == "num_class") {
      options.num_class = count(key, value);
    } else if (key == "num_target") {
      options.num_target = count(key, value);
    } else if (key == "positive_class") {
      options.positive_class = value.is_string() ? value.get<std::string>() : value.dump();
    } else if (key == "threshold") {
      options.threshold = number(key, value);
      if (!(*options.threshold >= 0 && *options.threshold <= 1))
        refuse_option(key, "between 0 and 1");
    } else if (key == "cost_matrix") {
      options.cost_matrix = costs(key, value);
    } else if (key == "null_category") {
      options.null_category = text(key, value);
    } else if (key == "on_unknown") {
      options.on_unknown = model::unknown_policy_named(text(key, value));
      if (!options.on_unknown || *options.on_unknown == model::UnknownPolicy::kKeep)
        refuse_option(key, "missing, error or null");
    } else if (key == "on_missing") {
      options.on_missing = model::missing_policy_named(text(key, value));
      if (!options.on_missing) refuse_option(key, "native, error or null");
    } else {
      throw Error(ErrorCode::kInvalidArgument, "unknown option \"" + key + "\"", {},
                  "Options are: start_iteration, iterations, objective, base_score, num_class, "
                  "num_target, positive_class, "
                  "threshold, cost_matrix, null_category, on_unknown, on_missing.");
    }
  }
  return options;
}

std::vector<FeatureOverride> parse_features(std::string_view json) {
  const Json document = parse(json, "features");
  auto refuse = [](std::size_t i, const char *what) {
    throw Error(ErrorCode::kInvalidArgument, "features[" + std::to_string(i) + "]: " + what, {},
                "Give an array with a name, or an object {\"name\": ..., \"categories\": [...]}, "
                "for each feature of the model.");
  };
  if (!document.is_array())
    throw Error(ErrorCode::kInvalidArgument, "features must be a JSON array");
  std::vector<FeatureOverride> features;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Json &entry = document[i];
    FeatureOverride feature;
    if (entry.is_string()) {
      feature.name = entry.get<std::string>();
    } else if (entry.is_object() && entry.contains("name") && entry["name"].is_string()) {
      for (const auto &[key, value] : entry.items()) {
        if (key == "categories" && value.is_array()) {
          feature.categories.emplace();
          for (const Json &category : value) {
            if (category.is_structured() || category.is_null())
              refuse(i, "a category must be a string, a number or a boolean");
            feature.categories->push_back(category.is_string() ? category.get<std::string>()
                                                               : category.dump());
          }
        } else if (key != "name") {
          refuse(i, "it may hold only \"name\" and \"categories\"");
        }
      }
      feature.name = entry["name"].get<std::string>();
    } else {
      refuse(i, "it must be a name or an object with a name");
    }
    features.push_back(std::move(feature));
  }
  return features;
}

}  // namespace pgscore::formats
