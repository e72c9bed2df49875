/// Logarithm and exponential in the language's own arithmetic: equal bits on every machine, errors below 4
/// ulp.
///
/// The platform's library is not used: its results differ in the last bit between versions, and a seed is to
/// mean the same schedule everywhere.
enum Mathematics {
    private static let ln2 = 0.693_147_180_559_945_3
    /// The part of ln 2 that its 32 leading bits hold, and the rest: their sum is exact to 85 bits.
    private static let ln2High = 0.693_147_180_369_123_8
    private static let ln2Low = 1.908_214_929_270_587_7e-10

    /// Natural logarithm of a finite number above 0.
    static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "log of \(x)")
        var (exponent, fraction) = (Double(x.exponent), x.significand)
        if fraction > 1.414_213_562_373_095_1 {
            fraction /= 2
            exponent += 1
        }
        // ln f = 2 artanh((f − 1) / (f + 1)), with |(f − 1) / (f + 1)| < 0.172.
        let s = (fraction - 1) / (fraction + 1)
        let square = s * s
        var tail = 0.0
        for divisor in stride(from: 23.0, through: 3, by: -2) { tail = (tail + 1 / divisor) * square }
        return exponent * ln2High + (2 * s + (2 * s * tail + exponent * ln2Low))
    }

    /// e to the power of `x`; 0 or infinity beyond the range of numbers.
    static func exp(_ x: Double) -> Double {
        guard x > -745.2 else { return 0 }
        guard x < 709.8 else { return .infinity }
        let power = (x / ln2).rounded()
        let r = (x - power * ln2High) - power * ln2Low
        var sum = 1.0
        for divisor in stride(from: 18.0, through: 1, by: -1) { sum = 1 + sum * r / divisor }
        return scaled(sum, by: Int(power))
    }

    /// `base` to the power of `exponent`, for a base above 0.
    static func power(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log(base)) }

    /// In two steps, so that neither factor leaves the range of numbers before the product does.
    private static func scaled(_ value: Double, by power: Int) -> Double {
        let half = power / 2
        let first = Double(sign: .plus, exponent: half, significand: 1)
        return value * first * Double(sign: .plus, exponent: power - half, significand: 1)
    }
}
