import ServingTypes

/// What a workload draws.
extension SplitMix64 {
    /// A generator of its own for one part of a workload: equal arguments give equal streams, in any order of
    /// use.
    init(seed: UInt64, stream: UInt64, index: UInt64) {
        self.init(seed: Self.mix(Self.mix(Self.mix(seed) &+ stream) &+ index))
    }

    /// A number above 0 and below 1, on a grid of 2⁻⁵³.
    mutating func fraction() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A whole number from 0 to `bound` − 1.
    mutating func index(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// An exponential variable of mean 1.
    mutating func exponential() -> Double { -Mathematics.log(fraction()) }

    /// A normal variable of mean 0 and deviation 1.
    ///
    /// Source: Marsaglia and Bray's polar method, 1964.
    mutating func normal() -> Double {
        while true {
            let (u, v) = (2 * fraction() - 1, 2 * fraction() - 1)
            let square = u * u + v * v
            if square < 1, square > 0 { return u * (-2 * Mathematics.log(square) / square).squareRoot() }
        }
    }

    /// A gamma variable of the given shape, above 0, and of mean 1.
    ///
    /// Source: Marsaglia and Tsang, "A simple method for generating gamma variables", TOMS 26(3), 2000.
    mutating func gamma(shape: Double) -> Double {
        guard shape != 1 else { return exponential() }
        guard shape > 1 else {
            // A variable of shape + 1, shrunk; its mean is scaled from shape + 1 to shape.
            let larger = gamma(shape: shape + 1) * (shape + 1)
            return larger * Mathematics.power(fraction(), 1 / shape) / shape
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if Mathematics.log(fraction()) < 0.5 * x * x + d * (1 - v + Mathematics.log(v)) {
                return d * v / shape
            }
        }
    }
}
