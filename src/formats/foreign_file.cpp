#include "formats/foreign_file.hpp"

#include <array>
#include <string_view>

namespace pgscore::formats {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPython =
    "Load it in Python and save the model itself: save_model of XGBoost, LightGBM "
    "(booster_.save_model) and CatBoost, "
    "models/export/python or skl2onnx for scikit-learn, torch.onnx.export for PyTorch.";
constexpr std::string_view kR =
    "Load it in R and export the model: models/export/r/pgscore_export.R, xgb.save, lgb.save, or "
    "PMML by the packages pmml and "
    "r2pmml.";
constexpr std::string_view kNetwork =
    "Export the network to ONNX: tf2onnx for Keras and TensorFlow, torch.onnx.export for PyTorch.";
constexpr std::string_view kArchive = "Unpack it, and import the model file that is in it.";

struct Magic {
  std::string_view bytes;
  std::string_view what;
  std::string_view advice;
};

// Sources: Python's Lib/pickle.py (PROTO) and zlib (joblib's compress=True); R Internals,
// "Serialization Formats"; the specifications of ZIP, gzip, bzip2, xz, zstd, LZ4 frames and HDF5;
// parquet-format; NumPy's format.py.
constexpr std::array kMagics = {
    Magic{"\x80\x02"sv, "a Python pickle", kPython},
    Magic{"\x80\x03"sv, "a Python pickle", kPython},
    Magic{"\x80\x04"sv, "a Python pickle", kPython},
    Magic{"\x80\x05"sv, "a Python pickle", kPython},
    Magic{"\x93NUMPY"sv, "a NumPy array", kPython},
    Magic{"RDX2\n"sv, "an R workspace (.RData)", kR},
    Magic{"RDX3\n"sv, "an R workspace (.RData)", kR},
    Magic{"RDA2\n"sv, "an R workspace (.RData)", kR},
    Magic{"RDA3\n"sv, "an R workspace (.RData)", kR},
    Magic{"X\n\0\0\0\x02"sv, "an R object (.rds)", kR},
    Magic{"X\n\0\0\0\x03"sv, "an R object (.rds)", kR},
    Magic{"A\n2\n"sv, "an R object (.rds)", kR},
    Magic{"A\n3\n"sv, "an R object (.rds)", kR},
    Magic{"\x89HDF\r\n\x1A\n"sv, "an HDF5 file, as Keras writes them (.h5)", kNetwork},
    Magic{"PAR1"sv, "a Parquet file: data, no model", ""},
    Magic{"\xFD"
          "7zXZ\0"sv,
          "compressed with xz", kArchive},
    Magic{"BZh"sv, "compressed with bzip2", kArchive},
    Magic{"\x28\xB5\x2F\xFD"sv, "compressed with zstd", kArchive},
    Magic{"\x04\x22\x4D\x18"sv, "compressed with LZ4", kArchive},
    Magic{"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive", kArchive},
    Magic{"\xFF\xFE"sv, "a text in UTF-16", "Save it as UTF-8."},
    Magic{"\xFE\xFF"sv, "a text in UTF-16", "Save it as UTF-8."},
    Magic{"\x7F"
          "ELF"sv,
          "a program or a library, no model", ""},
};

std::string first_name_of_zip(std::string_view text) {
  // APPNOTE 4.3.7: the length of the first name stands at byte 26, the name at 30.
  if (text.size() < 30) return {};
  const std::size_t length =
      static_cast<unsigned char>(text[26]) | static_cast<unsigned char>(text[27]) << 8;
  return std::string(text.substr(30, length));
}

ForeignFile zip_of(std::string_view text) {
  const std::string name = first_name_of_zip(text);
  if (name.find("data.pkl") != name.npos || name.find("/version") != name.npos ||
      name.ends_with(".data/"))
    return {"a PyTorch checkpoint (.pt, .pth)", std::string(kNetwork)};
  if (name == "metadata.json" || name == "config.json" || name == "model.weights.h5")
    return {"a Keras model (.keras)", std::string(kNetwork)};
  if (name == "model.ini" || text.find("model.ini") != text.npos)
    return {"a model of H2O (MOJO)",
            "Export the model to ONNX (onnxmltools.convert_h2o), or train it with a library that "
            "is read."};
  return {"a ZIP archive", std::string(kArchive)};
}

/// Eight bytes of length, little-endian, then a JSON object: safetensors' README, "Format".
bool is_safetensors(std::string_view text) {
  if (text.size() < 10 || text[8] != '{' || text[9] != '"') return false;
  return text[5] == 0 && text[6] == 0 && text[7] == 0;
}

/// A pickle of protocol 0 or 1 has no magic: those of objects begin by naming a class or a tuple of
/// them.
bool is_old_pickle(std::string_view text) {
  return text.starts_with("ccopy_reg\n") || text.starts_with("(dp") || text.starts_with("(i") ||
         (text.starts_with("c") && text.substr(0, 200).find("\n_reconstruct") != text.npos);
}

/// tensorflow/core/protobuf/saved_model.proto: saved_model_schema_version (field 1) is 1, then
/// meta_graphs (field 2).
bool is_tensorflow(std::string_view text) { return text.starts_with("\x08\x01\x12"sv); }

}  // namespace

std::optional<ForeignFile> recognize_foreign_file(Bytes bytes) {
  const std::string_view text = as_text(bytes).substr(0, 4096);
  for (const Magic &magic : kMagics)
    if (text.starts_with(magic.bytes))
      return ForeignFile{std::string(magic.what), std::string(magic.advice)};
  if (text.starts_with("PK\x03\x04"sv)) return zip_of(text);
  // R compresses its files so, and nothing else in the header tells
  if (text.starts_with("\x1F\x8B"sv))
    return ForeignFile{"compressed with gzip",
                       "If it is R's (.rds, .RData), load it in R and export the model: "
                       "models/export/r/pgscore_export.R. Otherwise "
                       "unpack it (gunzip), and import the model file that is in it."};
  if (text.starts_with("\x78\x9C"sv) || text.starts_with("\x78\xDA"sv) ||
      text.starts_with("\x78\x01"sv) || text.starts_with("ZF0x"sv))
    return ForeignFile{"compressed with zlib, as joblib writes pickles", std::string(kPython)};
  if (is_safetensors(text))
    return ForeignFile{"a safetensors file: numbers without the network", std::string(kNetwork)};
  if (is_tensorflow(text)) return ForeignFile{"a TensorFlow SavedModel", std::string(kNetwork)};
  if (is_old_pickle(text)) return ForeignFile{"a Python pickle", std::string(kPython)};
  return std::nullopt;
}

}  // namespace pgscore::formats
