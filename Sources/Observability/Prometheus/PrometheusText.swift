/// The text format of Prometheus, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats".
enum PrometheusText {
    /// Appends a metric with all its series, sorted by labels; nothing for one whose series are gone.
    static func append(_ family: MetricFamily, to output: inout String) {
        guard !family.series.isEmpty else { return }
        let (name, kind) = (family.descriptor.name, family.descriptor.kind)
        output += "# HELP \(name) \(escapedHelp(family.descriptor.help))\n# TYPE \(name) \(kind.name)\n"
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            switch series {
            case .counter(let series): appendSample(name, labels, series.value, to: &output)
            case .gauge(let series): appendSample(name, labels, series.value, to: &output)
            case .histogram(let series): appendHistogram(name, labels, series, to: &output)
            }
        }
    }

    /// Labels as they stand between braces, sorted by name.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escapedLabel($0.1))\"" }.joined(separator: ",")
    }

    /// A metric's name out of any text.
    static func metricName(_ text: String) -> String { name(text, allowsColon: true) }

    /// A label's name out of any text; two leading underscores are Prometheus's own.
    static func labelName(_ text: String) -> String {
        let name = name(text, allowsColon: false)
        return name.hasPrefix("__") ? "label" + name : name
    }

    /// A number; whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return "\(value)"
    }

    private static func appendSample(
        _ name: String,
        _ labels: String,
        _ value: Double,
        to output: inout String
    ) {
        output += name
        if !labels.isEmpty { output += "{\(labels)}" }
        output += " \(number(value))\n"
    }

    private static func appendHistogram(
        _ name: String,
        _ labels: String,
        _ series: HistogramSeries,
        to output: inout String
    ) {
        let snapshot = series.snapshot
        let prefix = labels.isEmpty ? "" : labels + ","
        var count = 0
        for (bound, bucketCount) in zip(series.bounds + [.infinity], snapshot.counts) {
            count += bucketCount
            appendSample(
                name + "_bucket",
                "\(prefix)le=\"\(number(bound))\"",
                Double(count),
                to: &output
            )
        }
        appendSample(name + "_sum", labels, snapshot.sum, to: &output)
        appendSample(name + "_count", labels, Double(count), to: &output)
    }

    private static func name(_ text: String, allowsColon: Bool) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Character in
            let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isWord || (allowsColon && scalar == ":") ? Character(scalar) : "_"
        }
        let name = String(scalars)
        return name.first.map { !$0.isNumber } ?? false ? name : "_" + name
    }

    private static func escapedHelp(_ text: String) -> String {
        text.reduce(into: "") { output, character in
            switch character {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            default: output.append(character)
            }
        }
    }

    private static func escapedLabel(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { output, scalar in
            switch scalar {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\"": output += "\\\""
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}
