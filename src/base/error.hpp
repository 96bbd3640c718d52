// The one exception type that speaks to users.
//
// Everything below src/pg/ reports a fault of the input (a model file, an option, a row) by
// throwing Error. The text follows PostgreSQL's error style: `message` is short and factual, values
// stand in `detail`, advice stands in `hint`. src/pg/boundary maps `code` to an SQLSTATE in one
// table. Any other exception that reaches the boundary is reported as an internal error.
#pragma once
#include <exception>
#include <string>
#include <utility>

namespace pgscore {

enum class ErrorCode {
  kInvalidModel,      // the bytes are not a model of the format that they claim to be
  kUnsupportedModel,  // a model that is understood well enough to say what cannot be done with it
  kLimitExceeded,     // a quota: bytes, trees, nodes, depth, features, strings
  kInvalidArgument,   // an option or argument of a call
  kMissingColumn,     // the row lacks a feature of the model
  kTypeMismatch,      // a value has a type that the feature does not take
  kMissingValue,      // a value is missing and the model's policy forbids it
  kOutOfRange,        // a number that the model does not take: infinite, or too large for float32
  kUnknownCategory,   // a category that the model does not know and its policy forbids
  kUndefinedModel,    // no model, version or alias of that name
  kDuplicateModel,    // the name is taken
  kPermissionDenied,  // the role may not do this with the model
  kWrongTask,         // a function that this kind of model does not have
  kDependentObjects,  // something still needs the object
  kStalePlan,         // the statement was planned for what the model was before: it works when it
                      // is run again
  kCorruptedPlan,     // stored bytes do not verify: damage, or a plan of another format version
  kInternal,          // a fault of the extension
};

class Error : public std::exception {
 public:
  /// Keeps the texts as users will read them. An empty `detail` or `hint` is not shown.
  Error(ErrorCode code, std::string message, std::string detail = {}, std::string hint = {})
      : code_(code),
        message_(std::move(message)),
        detail_(std::move(detail)),
        hint_(std::move(hint)) {}

  /// Gives what the constructor was given; context() is empty unless during() has made the error.
  ErrorCode code() const noexcept { return code_; }
  const std::string &message() const noexcept { return message_; }
  const std::string &detail() const noexcept { return detail_; }
  const std::string &hint() const noexcept { return hint_; }
  const std::string &context() const noexcept { return context_; }
  const char *what() const noexcept override { return message_.c_str(); }

  /// Gives the same error with `context` and ": " before its message. Readers use it to name the
  /// place ("tree 12: node 7: ...").
  Error within(const std::string &context) const {
    return {code_, context + ": " + message_, detail_, hint_};
  }
  /// Gives the same error with what was being done ("import of model ..."): PostgreSQL's CONTEXT.
  Error during(const std::string &activity) const {
    Error error = *this;
    error.context_ = activity;
    return error;
  }

 private:
  ErrorCode code_;
  std::string message_, detail_, hint_, context_;
};

}  // namespace pgscore
