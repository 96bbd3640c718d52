#include "pg/registry/model_file.hpp"

#include "pg/boundary/encoding.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

formats::Source ModelFile::source() const {
  return with_errors_shown([&] {
    formats::Source source;
    source.bytes = view(artifact);
    source.options = formats::parse_options(in_utf8(options));
    if (features) source.features = formats::parse_features(in_utf8(*features));
    for (const std::string &label : labels) source.labels.emplace_back(in_utf8(label));
    return source;
  });
}

ModelFile model_file_arguments(FunctionCallInfo fcinfo, int first) {
  ModelFile file;
  file.format = text_argument(fcinfo, first, "format");
  if (auto options = optional_jsonb_argument(fcinfo, first + 1)) file.options = *options;
  file.features = optional_jsonb_argument(fcinfo, first + 2);
  if (auto labels = optional_text_array_argument(fcinfo, first + 3, "labels"))
    file.labels = *labels;
  return file;
}

}  // namespace pgscore::pg
