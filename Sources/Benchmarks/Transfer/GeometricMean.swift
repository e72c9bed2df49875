internal import Foundation

/// The geometric mean of positive values with its 95 % confidence interval.
///
/// Of ratios of paired measurements it is the factor between the two sides. The interval is Student's, on the
/// logarithms; one value alone gives an interval without bounds.
struct GeometricMean {
    let estimate: Double
    let low: Double
    let high: Double

    /// `values` must not be empty, and all positive.
    init(_ values: [Double]) {
        precondition(!values.isEmpty && values.allSatisfy { $0 > 0 }, "no mean of \(values)")
        let logarithms = values.map { log($0) }
        let count = Double(values.count)
        let mean = logarithms.reduce(0, +) / count
        let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        estimate = exp(mean)
        guard values.count > 1 else {
            (low, high) = (0, .greatestFiniteMagnitude)
            return
        }
        let halfWidth = Self.student(freedom: values.count - 1) * (squares / (count - 1) / count).squareRoot()
        (low, high) = (exp(mean - halfWidth), exp(mean + halfWidth))
    }

    /// The factors from `references` to `values`, pair by pair.
    init(ratiosOf values: [Double], to references: [Double]) {
        precondition(
            values.count == references.count,
            "\(values.count) values, \(references.count) references"
        )
        self.init(zip(values, references).map { $0 / $1 })
    }

    /// Both bounds, for reports.
    var bounds: [Double] { [low, high] }

    /// The 97.5 % quantile of Student's distribution; beyond the table within 0.003 of it.
    static func student(freedom: Int) -> Double {
        precondition(freedom >= 1, "\(freedom) degrees of freedom")
        return freedom <= table.count ? table[freedom - 1] : 1.96 + 2.372 / Double(freedom)
    }

    private static let table = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
        2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
        2.042,
    ]
}
