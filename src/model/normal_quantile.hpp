// The quantile function of the standard normal distribution: algorithm AS 241, PPND16 (M. J.
// Wichura, The percentage points of the normal distribution, Applied Statistics 37 (1988),
// 477-484), a relative accuracy of about 1e-16. Also that of R's qnorm.
#pragma once

namespace pgscore::model {

/// Gives the z for which a standard normal variable is at most z with probability p: -inf for 0,
/// inf for 1, NaN outside of [0, 1].
double normal_quantile(double p);

}  // namespace pgscore::model
