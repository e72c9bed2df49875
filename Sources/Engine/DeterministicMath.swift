internal import CKernels

/// Logarithm, exponential, power and circular functions that yield equal bits on every machine.
enum DeterministicMath {
    /// Natural logarithm of a normal number above 0.
    static func log(_ x: Double) -> Double { ck_log(x) }

    /// `base` to the power of `exponent`, for a base above 0.
    static func power(_ base: Double, _ exponent: Double) -> Double { ck_exp_double(exponent * ck_log(base)) }

    /// Sine and cosine of an angle in radians below 2²⁷.
    static func sineCosine(_ x: Double) -> (sine: Double, cosine: Double) {
        var (sine, cosine) = (0.0, 0.0)
        ck_sine_cosine(x, &sine, &cosine)
        return (sine, cosine)
    }
}
