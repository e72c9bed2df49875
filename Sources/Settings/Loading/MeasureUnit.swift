/// A unit that a number in a settings file may carry.
struct MeasureUnit {
    /// As written after the number.
    let name: String
    /// How many of the smallest unit it is.
    let factor: Int
    /// Whether values are shown in it.
    var isShown = true

    /// Nanoseconds.
    static let times = [
        MeasureUnit(name: "h", factor: 3_600_000_000_000), MeasureUnit(name: "m", factor: 60_000_000_000),
        MeasureUnit(name: "s", factor: 1_000_000_000), MeasureUnit(name: "ms", factor: 1_000_000),
        MeasureUnit(name: "us", factor: 1_000), MeasureUnit(name: "ns", factor: 1),
    ]

    /// Bytes.
    static let sizes = [
        MeasureUnit(name: "TiB", factor: 1 << 40), MeasureUnit(name: "TB", factor: 1_000_000_000_000),
        MeasureUnit(name: "GiB", factor: 1 << 30), MeasureUnit(name: "GB", factor: 1_000_000_000),
        MeasureUnit(name: "MiB", factor: 1 << 20), MeasureUnit(name: "MB", factor: 1_000_000),
        MeasureUnit(name: "KiB", factor: 1 << 10), MeasureUnit(name: "kB", factor: 1_000),
        MeasureUnit(name: "B", factor: 1),
    ]

    /// Bytes per second; links are sold in bits.
    static let rates =
        sizes.map { MeasureUnit(name: $0.name + "/s", factor: $0.factor) } + [
            MeasureUnit(name: "Gbit/s", factor: 125_000_000, isShown: false),
            MeasureUnit(name: "Mbit/s", factor: 125_000, isShown: false),
            MeasureUnit(name: "kbit/s", factor: 125, isShown: false),
        ]

    /// The value of `1.5GiB` and the like; `nil` without a unit or where it is no whole number of the
    /// smallest unit.
    static func parse(_ text: String, _ units: [MeasureUnit]) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = text[number.endIndex...]
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), number.count <= 19 else { return nil }
        guard let digits = Int(parts.joined()) else { return nil }
        let (product, overflow) = digits.multipliedReportingOverflow(by: unit.factor)
        guard !overflow else { return nil }
        let divisor = (parts.count == 2 ? 0..<parts[1].count : 0..<0).reduce(1) { value, _ in value * 10 }
        return product.isMultiple(of: divisor) ? product / divisor : nil
    }

    /// The value in the largest unit that fits exactly.
    static func show(_ value: Int, _ units: [MeasureUnit]) -> String {
        let shown = units.filter(\.isShown)
        let unit = shown.first { value != 0 && value.isMultiple(of: $0.factor) } ?? zeroUnit(shown)
        return "\(value / unit.factor)\(unit.name)"
    }

    /// Zero seconds and zero bytes read best.
    private static func zeroUnit(_ units: [MeasureUnit]) -> MeasureUnit {
        units.first { ["s", "B", "B/s"].contains($0.name) } ?? units[0]
    }
}
