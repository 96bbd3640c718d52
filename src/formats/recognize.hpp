// Which format a file has, and where its model begins.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "formats/format.hpp"

namespace pgscore::formats {

/// A file as its format's reader gets it: what others have added to the model is taken off.
struct Recognized {
  const Format *format;                             // never null
  Bytes bytes;                                      // part of the file or of `decoded`
  std::unique_ptr<const std::string> decoded = {};  // of a file in base64: what it stands for
};

/// Finds out which format `file` has: the one called `format_name`, or with "auto" the first of the
/// table whose sniff says yes. A file that is no model as it is may be one behind byte order marks
/// and blanks, or in base64. What is none in any of these forms is the named format's as it is: its
/// reader says what is wrong. Throws kInvalidArgument for a name that no format has, kInvalidModel
/// when "auto" finds none.
Recognized recognize(std::string_view format_name, Bytes file, Interrupt interrupt = {});

}  // namespace pgscore::formats
