internal import Foundation

/// How the values of an axis map to positions 0...1 along it.
enum Scale: Equatable, Sendable {
    /// From `lower` to `upper` in equal steps.
    case linear(lower: Double, upper: Double)
    /// From `lower`, above 0, to `upper` in equal ratios; zero, if there are such values, lies apart below
    /// them.
    case logarithmic(lower: Double, upper: Double, hasZero: Bool)
    /// Quantiles 0...1, one equal step for each further nine: 0 %, 90 %, 99 %, 99.9 %, as HdrHistogram plots
    /// them.
    case nines(Double)

    /// From zero to a round number not below any value.
    static func fromZero(to values: some Sequence<Double>) -> Scale {
        let largest = values.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
        guard largest > 0 else { return .linear(lower: 0, upper: 1) }
        let step = roundStep(atLeast: largest / 5)
        return .linear(lower: 0, upper: (largest / step - 1e-9).rounded(.up) * step)
    }

    /// From exactly zero to exactly the largest value: for elapsed time.
    static func exactly(to largest: Double) -> Scale { .linear(lower: 0, upper: largest > 0 ? largest : 1) }

    /// Between 1, 2 or 5 times powers of ten around the positive values; 0.1 to 1 if there is none.
    static func ratio(around values: some Sequence<Double>) -> Scale {
        var smallest = Double.infinity
        var largest = 0.0
        var hasZero = false
        for value in values where value.isFinite {
            if value > 0 {
                smallest = min(smallest, value)
                largest = max(largest, value)
            } else {
                hasZero = true
            }
        }
        guard largest > 0 else { return .logarithmic(lower: 0.1, upper: 1, hasZero: hasZero) }
        let lower = roundNumber(below: smallest)
        let upper = roundStep(atLeast: largest)
        return .logarithmic(lower: lower, upper: upper > lower ? upper : lower * 10, hasZero: hasZero)
    }

    /// As many nines as `count` measurements can tell, one at least.
    static func percentiles(of count: Int) -> Scale { .nines(max(1, log10(Double(max(count, 1))))) }

    /// Share of a logarithmic scale between zero and the least value above it.
    private static let zeroShare = 0.08

    /// Where a value lies; beyond the ends, the nearer end.
    func position(of value: Double) -> Double {
        let position =
            switch self {
            case .linear(let lower, let upper): (value - lower) / (upper - lower)
            case .logarithmic(let lower, let upper, let hasZero):
                Self.ratioPosition(of: value, lower, upper, above: hasZero ? Self.zeroShare : 0)
            case .nines(let nines): value < 1 ? -log10(1 - max(value, 0)) / nines : 1
            }
        return min(1, max(0, position))
    }

    /// Zero, and what is below it, lies at 0; `lower` lies at `start`.
    private static func ratioPosition(
        of value: Double,
        _ lower: Double,
        _ upper: Double,
        above start: Double
    ) -> Double {
        guard value > 0 else { return 0 }
        return start + (1 - start) * max(0, log(value / lower) / log(upper / lower))
    }

    /// Ticks from the lower end to the upper one, the labelled ones about `target`.
    func ticks(target: Int = 5) -> [Tick] {
        switch self {
        case .linear(let lower, let upper): linearTicks(lower, upper, target)
        case .logarithmic(let lower, let upper, let hasZero):
            (hasZero ? [Tick(position: 0, label: "0")] : []) + ratioTicks(lower, upper, target)
        case .nines(let nines): nineTicks(nines)
        }
    }

    private func linearTicks(_ lower: Double, _ upper: Double, _ target: Int) -> [Tick] {
        let step = Self.roundStep(atLeast: (upper - lower) / Double(max(target, 1)) * (1 - 1e-9))
        let first = (lower / step - 1e-9).rounded(.up)
        let last = (upper / step + 1e-9).rounded(.down)
        return stride(from: first, through: last, by: 1).map { multiple in
            let value = multiple * step
            return Tick(position: position(of: value), label: NumberText.tick(value, step: step))
        }
    }

    /// Decades; also their doubles and fives if there are few decades; further lines have no label.
    private func ratioTicks(_ lower: Double, _ upper: Double, _ target: Int) -> [Tick] {
        let decades = log10(upper / lower)
        let labelled: Set<Int> = decades <= 2.5 ? [1, 2, 5] : [1]
        let every = max(1, Int((decades / Double(max(target, 1))).rounded(.up)))
        var ticks: [Tick] = []
        for exponent in Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.up)) {
            for digit in 1...9 {
                let value = Self.power(exponent) * Double(digit)
                guard value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) else { continue }
                let isLabelled = labelled.contains(digit) && exponent.magnitude.isMultiple(of: UInt(every))
                let label = isLabelled ? NumberText.tick(value, step: Self.power(exponent)) : nil
                ticks.append(Tick(position: position(of: value), label: label))
            }
        }
        return ticks
    }

    private func nineTicks(_ nines: Double) -> [Tick] {
        var quantiles = [0, 0.5]
        for count in 1...max(1, Int(nines + 1e-9)) { quantiles.append(1 - Self.power(-count)) }
        return quantiles.map { Tick(position: position(of: $0), label: NumberText.percentile($0)) }
    }

    /// The smallest of 1, 2 or 5 times a power of ten that is not below `value`, which is above 0.
    static func roundStep(atLeast value: Double) -> Double {
        let unit = power(Int(log10(value).rounded(.down)))
        let ratio = value / unit
        return unit * ([1.0, 2, 5].first { ratio <= $0 * (1 + 1e-9) } ?? 10)
    }

    /// The largest of 1, 2 or 5 times a power of ten that is not above `value`, which is above 0.
    private static func roundNumber(below value: Double) -> Double {
        let unit = power(Int(log10(value).rounded(.down)))
        let ratio = value / unit
        return unit * ([5.0, 2, 1].first { ratio >= $0 * (1 - 1e-9) } ?? 0.5)
    }

    /// A power of ten, exact where `Double` has it.
    private static func power(_ exponent: Int) -> Double {
        let magnitude = (0..<exponent.magnitude).reduce(1.0) { power, _ in power * 10 }
        return exponent < 0 ? 1 / magnitude : magnitude
    }
}
