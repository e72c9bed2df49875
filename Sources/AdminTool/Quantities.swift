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

    static func milliseconds(_ duration: Duration) -> String { "\(rounded(duration.milliseconds)) ms" }

    static func uptime(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min" }
        return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }

    /// One digit after the point.
    private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
