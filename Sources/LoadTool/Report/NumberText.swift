/// Numbers as the report prints them: the same digits on every machine, thousands apart.
enum NumberText {
    /// Stands for a value that was not measured.
    static let missing = "–"

    /// With thousands separators.
    static func whole(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// With exactly `decimals` digits after the point, 0 to 9 of them, and thousands separators.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        precondition((0...9).contains(decimals), "\(decimals) decimals")
        guard value.isFinite else { return missing }
        let unit = (0..<decimals).reduce(1) { power, _ in power * 10 }
        let scaled = (value.magnitude * Double(unit)).rounded()
        guard scaled < 9e15 else { return String(value) }
        let (integer, fraction) = Int(scaled).quotientAndRemainder(dividingBy: unit)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard decimals > 0 else { return sign + whole(integer) }
        let digits = String(fraction)
        return sign + whole(integer) + "." + String(repeating: "0", count: decimals - digits.count) + digits
    }

    /// With about four significant digits: 12,345 · 123.4 · 12.34 · 1.234 · 0.123.
    static func short(_ value: Double) -> String {
        let decimals =
            switch value.magnitude {
            case 999.95...: 0
            case 99.995...: 1
            case 9.9995...: 2
            default: 3
            }
        return fixed(value, decimals)
    }

    /// With at most three decimals and no zeros at their end, as a person writes a setting: 600 · 0.25.
    static func plain(_ value: Double) -> String {
        var text = fixed(value, 3)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// As `short`, or a dash if there is none.
    static func short(_ value: Double?) -> String { value.map { short($0) } ?? missing }

    /// A share of 1 in percent; 100 % and 0 % only if it is exactly that.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return missing }
        let text = fixed(share * 100, 1)
        if text == "100.0" { return share == 1 ? "100 %" : "> 99.9 %" }
        if text == "0.0" { return share == 0 ? "0 %" : "< 0.1 %" }
        return text + " %"
    }

    /// A share of 1 as a person writes a limit in percent: 90 %, 99.5 %.
    static func plainPercent(_ share: Double) -> String { plain(share * 100) + " %" }

    /// With its sign, unless it prints as zero.
    static func signed(_ value: Double, _ decimals: Int? = nil) -> String {
        let text = decimals.map { fixed(value, $0) } ?? short(value)
        return value > 0 && text.contains(where: { ("1"..."9").contains($0) }) ? "+" + text : text
    }

    /// A quantile of 0...1 as a percentile, with as many nines as it has: 50 %, 99 %, 99.99 %.
    static func percentile(_ quantile: Double) -> String {
        var text = fixed(quantile * 100, 6)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text + " %"
    }

    /// For a tick at a multiple of `step`: as many decimals as tell one multiple from the next.
    static func tick(_ value: Double, step: Double) -> String {
        var decimals = 0
        var unit = 1.0
        while decimals < 9, (step * unit).rounded() == 0 || abs(step * unit - (step * unit).rounded()) > 1e-6
        {
            decimals += 1
            unit *= 10
        }
        return fixed(value, decimals)
    }

    /// A coordinate with at most one decimal, for attributes of SVG.
    static func coordinate(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (integer, fraction) = tenths.quotientAndRemainder(dividingBy: 10)
        guard fraction != 0 else { return String(integer) }
        return "\(tenths < 0 ? "-" : "")\(integer.magnitude).\(fraction.magnitude)"
    }

    /// A position of 0...1 as a percentage for attributes of SVG, to a thousandth of a percent.
    static func share(_ position: Double) -> String {
        let thousandths = Int((position * 100_000).rounded())
        let (integer, fraction) = thousandths.quotientAndRemainder(dividingBy: 1_000)
        guard fraction != 0 else { return "\(integer)%" }
        var digits = String(fraction.magnitude)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(thousandths < 0 ? "-" : "")\(integer.magnitude).\(digits)%"
    }
}
