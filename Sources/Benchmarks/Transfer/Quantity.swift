/// Sizes and rates as a person writes them on a command line.
enum Quantity {
    private static let sizes = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
    private static let rates = [("kbit", 0.001), ("mbit", 1.0), ("gbit", 1_000.0)]

    /// Bytes: a whole number, or one with KiB, MiB or GiB; `nil` for anything else and for 0.
    static func bytes(_ text: String) -> Int? {
        let unit = sizes.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(unit?.0.count ?? 0)
        guard let count = Int(digits), count > 0, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return overflow ? nil : bytes
    }

    /// Megabits per second: a number with kbit, mbit or gbit; `nil` for anything else and for less than 1 mbit.
    static func megabits(_ text: String) -> Double? {
        guard let unit = rates.first(where: { text.lowercased().hasSuffix($0.0) }),
            let count = Double(text.dropLast(unit.0.count)), count.isFinite, count * unit.1 >= 1
        else { return nil }
        return count * unit.1
    }
}
