internal import Foundation

/// Order statistics of a set of measurements.
struct Distribution {
    private let sorted: [Double]

    /// `values` must not be empty.
    init(_ values: [Double]) {
        precondition(!values.isEmpty, "a distribution of no values")
        sorted = values.sorted()
    }

    var median: Double { quantile(0.5) }

    /// The value below which the given share lies, linear between neighbours.
    func quantile(_ share: Double) -> Double {
        precondition((0...1).contains(share), "quantile \(share)")
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
