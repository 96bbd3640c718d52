// ModelVerification (PMML 4.4): rows with the results that the producer had for them, as test rows
// of the model.
#pragma once
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

/// Adds the rows of the element's ModelVerification, if it has one, to the test rows of the
/// builder, whose inputs and outputs are complete. Fields that are neither are left out: what the
/// document only describes in silence, others with a warning.
void read_verification(const XmlElement &element, const Model &model, Reading &reading);

}  // namespace pgscore::formats::pmml
