/// Numbers as people read them, in the language's own arithmetic.
enum NumberText {
    /// So many digits after the point; ties go to the even digit.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
        guard scaled < 1e18 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        let whole = padded.dropLast(decimals)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return decimals > 0 ? "\(sign)\(whole).\(padded.suffix(decimals))" : "\(sign)\(whole)"
    }

    /// A whole number without a point, another with its own digits: 99, 99.9.
    static func shortest(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
