#include "plan/used_inputs.hpp"

namespace pgscore::plan {

std::vector<bool> used_inputs(Plan plan) {
  const Header &header = plan.header();
  std::vector<bool> used(plan.num_inputs(), false);
  auto use = [&](std::uint32_t column) {
    if (column < used.size()) used[column] = true;
  };
  for (std::uint32_t column : plan.elements<std::uint32_t>(header.outputs)) use(column);
  for (const StepRecord &step : plan.elements<StepRecord>(header.steps))
    if (step.kind == StepKind::kLookUp || step.kind == StepKind::kDiscretize) use(step.column);
  for (const OperandRecord &operand : plan.elements<OperandRecord>(header.operands))
    use(operand.column);
  for (std::uint32_t column : plan.elements<std::uint32_t>(header.columns)) use(column);
  for (const TermRecord &term : plan.elements<TermRecord>(header.terms)) use(term.column);
  for (const EnsembleRecord &ensemble : plan.elements<EnsembleRecord>(header.ensembles)) {
    for (const SegmentRecord &segment : plan.elements<SegmentRecord>(ensemble.segments))
      use(segment.column);
    for (const SetSlotRecord &set : plan.elements<SetSlotRecord>(ensemble.set_slots))
      use(set.column);
    for (const LeafTermRecord &term : plan.elements<LeafTermRecord>(ensemble.terms))
      use(term.column);
    // Channel 0 is a constant and reads nothing.
    const auto channels = plan.elements<ChannelRecord>(ensemble.channels);
    for (std::size_t c = 1; c < channels.size(); ++c) use(channels[c].column);
  }
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
    const bool category = plan.input_type(i) == model::ColumnType::kCategory;
    const model::UnknownPolicy unknown = plan.input_on_unknown(i);
    if (plan.input_on_missing(i) != model::MissingPolicy::kNative ||
        plan.input_range(i) != model::NumberRange::kAny ||
        (category &&
         (unknown == model::UnknownPolicy::kError || unknown == model::UnknownPolicy::kNull)))
      used[i] = true;
  }
  return used;
}

}  // namespace pgscore::plan
