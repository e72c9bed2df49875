/// The quantization steps that `cachegen` can write: four per octave, one byte each.
///
/// Step i in 1...255 is 2^((i − 129) / 4), from 2^−32 to 2^31.5, rounded to `Float`; 0 marks a row of zeros.
enum StepLadder {
    /// Steps by index; the first is 0.
    static let steps: [Float] = [0] + (1...255).map(step)
    /// 1 / step by index; the first is 0.
    static let inverses: [Float] = steps.map { $0 == 0 ? 0 : 1 / $0 }

    /// The index of the step nearest to `wanted` by ratio; `nil` when it is above the ladder.
    static func index(_ wanted: Float) -> UInt8? {
        guard wanted.isFinite else { return nil }
        guard wanted > 0 else { return 1 }
        let part = wanted.significand
        // 2^(1/8), 2^(3/8), 2^(5/8), 2^(7/8).
        let lower = (part >= 1.0905077 ? 1 : 0) + (part >= 1.2968396 ? 1 : 0)
        let upper = (part >= 1.5422108 ? 1 : 0) + (part >= 1.8340081 ? 1 : 0)
        let index = 129 + 4 * Int(wanted.exponent) + lower + upper
        return index > 255 ? nil : UInt8(max(index, 1))
    }

    private static func step(_ index: Int) -> Float {
        let powers: [Float] = [1, 1.1892071, 1.4142135, 1.6817929]
        let offset = index - 129
        return Float(sign: .plus, exponent: offset >> 2, significand: powers[offset & 3])
    }
}
