// Scan (onnx/defs/controlflow/defs.cc): its body is read once for each element of the scanned axis,
// whose length is known. This is how scikit-learn's nearest neighbours and Gaussian processes are
// exported.
#include <algorithm>

#include "formats/onnx/interface.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

class Scan {
 public:
  explicit Scan(const Call &call) : call_(call), graph_(call.graph()) {
    if (call.opset() < 9) refuse_unsupported("Scan of operator set 8 is not supported");
    const Attribute *attribute = call.find("body");
    if (attribute == nullptr || attribute->graph == nullptr)
      refuse("attribute \"body\" is missing");
    body_ = attribute->graph.get();
    const std::int64_t scanned = call.integer("num_scan_inputs", 0);
    const std::size_t inputs = call.num_inputs();
    if (scanned < 1 || static_cast<std::uint64_t>(scanned) > inputs)
      refuse("num_scan_inputs is " + std::to_string(scanned) + ", there are " +
             std::to_string(inputs) + " inputs");
    num_scanned_ = static_cast<std::size_t>(scanned);
    num_states_ = inputs - num_scanned_;
    if (body_->inputs.size() != inputs || body_->outputs.size() != call.num_outputs() ||
        call.num_outputs() < num_states_)
      refuse("its body has other numbers of inputs and outputs");
    num_results_ = call.num_outputs() - num_states_;
    input_axes_ = numbers("scan_input_axes", num_scanned_);
    input_directions_ = numbers("scan_input_directions", num_scanned_);
    output_axes_ = numbers("scan_output_axes", num_results_);
    output_directions_ = numbers("scan_output_directions", num_results_);
  }

  void run() {
    for (std::size_t i = 0; i < num_states_; ++i) states_.push_back(call_.input(i));
    for (std::size_t k = 0; k < num_scanned_; ++k) {
      const Value &value = scanned(k);
      const std::size_t axis = resolve_axis(input_axes_[k], value.shape.size());
      if (k > 0 && value.shape[axis] != length_)
        refuse("the scanned inputs have different lengths");
      length_ = value.shape[axis];
    }
    if (length_ < 1) refuse_unsupported("a loop over no elements");
    parts_.resize(num_results_);
    graph_.open_scope();
    for (const Tensor &tensor : body_->initializers)
      graph_.define(tensor.name, constant_value(graph_, tensor));
    for (std::int64_t step = 0; step < length_; ++step) read_body(step);
    graph_.close_scope();
    for (std::size_t i = 0; i < num_states_; ++i) call_.output(i, std::move(states_[i]));
    for (std::size_t k = 0; k < num_results_; ++k) call_.output(num_states_ + k, stacked(k));
  }

 private:
  std::vector<std::int64_t> numbers(const char *name, std::size_t count) const {
    const auto given = call_.integers(name);
    if (given.empty()) return std::vector<std::int64_t>(count, 0);
    if (given.size() != count) refuse("attribute \"" + std::string(name) + "\" has another length");
    return {given.begin(), given.end()};
  }

  const Value &scanned(std::size_t k) const { return call_.input(num_states_ + k); }

  void read_body(std::int64_t step) {
    graph_.open_scope();
    for (std::size_t i = 0; i < num_states_; ++i)
      graph_.define(body_->inputs[i].name, std::move(states_[i]));
    for (std::size_t k = 0; k < num_scanned_; ++k) {
      const std::int64_t at = input_directions_[k] == 0 ? step : length_ - 1 - step;
      graph_.define(body_->inputs[num_states_ + k].name,
                    element_of_axis(graph_, scanned(k), input_axes_[k], at));
    }
    read_nodes(graph_, body_->nodes);
    std::vector<Value> states;
    for (std::size_t i = 0; i < body_->outputs.size(); ++i) {
      const Value *value = graph_.find(body_->outputs[i].name);
      if (value == nullptr) refuse("an output of its body is computed by no node");
      graph_.count_elements(value->size(), Graph::kind_of(*value));
      if (i < num_states_)
        states.push_back(*value);
      else
        parts_[i - num_states_].push_back(*value);
    }
    states_ = std::move(states);
    graph_.close_scope();
  }

  /// The results of all steps along a new axis.
  Value stacked(std::size_t k) {
    std::vector<Value> &parts = parts_[k];
    const std::size_t axis = resolve_axis(output_axes_[k], parts[0].shape.size() + 1);
    for (Value &part : parts) {
      if (part.shape != parts[0].shape && &part != &parts[0])
        refuse("a result has another shape in each step");
    }
    for (Value &part : parts)
      part.shape.insert(part.shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    if (output_directions_[k] != 0) std::reverse(parts.begin(), parts.end());
    std::vector<const Value *> pointers;
    for (const Value &part : parts) pointers.push_back(&part);
    return concatenate(graph_, pointers, axis);
  }

  const Call &call_;
  Graph &graph_;
  const GraphBody *body_ = nullptr;
  std::size_t num_scanned_ = 0, num_states_ = 0, num_results_ = 0;
  std::vector<std::int64_t> input_axes_, input_directions_, output_axes_, output_directions_;
  std::int64_t length_ = 0;
  std::vector<Value> states_;
  std::vector<std::vector<Value>> parts_;  // of each result, one for each step
};

}  // namespace

void read_scan(const Call &call) { Scan(call).run(); }

}  // namespace pgscore::formats::onnx
