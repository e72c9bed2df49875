internal import ServingTypes

/// Quantities as people read them.
enum Quantities {
    static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(rounded(value)) \(units[unit])"
    }

    static func rate(_ bytesPerSecond: Double) -> String {
        bytesPerSecond > 0 ? bytes(Int(bytesPerSecond)) + "/s" : "-"
    }

    /// A number of milliseconds for a table that says so once: one digit after the point below 10 s.
    static func plainMilliseconds(_ time: Milliseconds) -> String {
        abs(time.value) < 9_999.95 ? rounded(time.value) : "\(Int(time.value.rounded()))"
    }

    static func uptime(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min" }
        return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }

    /// Bytes in at most three digits, for tables: `1.5 MiB`, `118 MiB`.
    static func short(_ count: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = count
        var unit = 0
        // What rounds to four digits reads better as a fraction of the next unit.
        while value >= 999.5, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        return "\(threeDigits(value, isWhole: unit == 0)) \(units[unit])"
    }

    /// A rate in at most three digits; `-` when it is not known.
    static func shortRate(_ bytesPerSecond: Double) -> String {
        bytesPerSecond > 0 ? short(bytesPerSecond) + "/s" : "-"
    }

    /// A time in at most three digits, from microseconds to seconds.
    static func shortTime(_ duration: Duration) -> String {
        let microseconds = duration.milliseconds * 1_000
        if microseconds < 999.5 { return "\(threeDigits(microseconds, isWhole: true)) us" }
        if microseconds < 999_500 { return "\(threeDigits(microseconds / 1_000, isWhole: false)) ms" }
        return "\(threeDigits(microseconds / 1_000_000, isWhole: false)) s"
    }

    /// A count in at most three digits: `512`, `1.5k`, `12k`, `3.4M`.
    static func count(_ value: Double) -> String {
        let units = ["", "k", "M", "G"]
        var (value, unit) = (value, 0)
        while value >= 999.5, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        return threeDigits(value, isWhole: unit == 0) + units[unit]
    }

    /// A count per time: like ``count(_:)``, and small ones with one digit after the point.
    static func frequency(_ value: Double) -> String {
        value < 9.95 && value != value.rounded() ? rounded(value) : count(value)
    }

    /// A small number with one digit after the point.
    static func decimal(_ value: Double) -> String { rounded(value) }

    /// A share of a whole, as `72 %`.
    static func share(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }

    /// A change against what was, as `+12 %`.
    static func percent(_ change: Double) -> String {
        let percent = Int((change * 100).rounded())
        return "\(percent > 0 ? "+" : "")\(percent) %"
    }

    private static func threeDigits(_ value: Double, isWhole: Bool) -> String {
        isWhole || value >= 9.95 ? String(Int(value.rounded())) : rounded(value)
    }

    /// One digit after the point.
    private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
