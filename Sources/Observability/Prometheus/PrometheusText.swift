/// Writes the text format of Prometheus, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats".
struct PrometheusText {
    /// UTF-8.
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1 << 16) }

    /// Appends a metric with all its series, in the order of its labels' values; nothing when it has none.
    mutating func append(_ family: MetricFamily) {
        let (name, labels) = (family.descriptor.name, family.labelTexts)
        switch family.values {
        case .counters(let series):
            appendHead(family.descriptor)
            for (labels, series) in zip(labels, series) { appendSample(name, labels, Double(series.value)) }
        case .gauges(let series):
            appendHead(family.descriptor)
            for (labels, series) in zip(labels, series) { appendSample(name, labels, series.value) }
        case .histograms(let series):
            appendHead(family.descriptor)
            for (labels, series) in zip(labels, series) {
                appendHistogram(name, labels, series.bounds, series.snapshot)
            }
        case .rows(let rows):
            let rows = rows.current
            guard !rows.isEmpty else { return }
            appendHead(family.descriptor)
            for row in rows { appendSample(name, row.labels, row.value) }
        }
    }

    /// Appends what explains a metric.
    mutating func appendHead(_ name: String, _ kind: MetricKind, _ help: String) {
        append("# HELP ", name, " ", Self.escapedHelp(help), "\n# TYPE ", name, " ", kind.name, "\n")
    }

    /// Appends one line.
    mutating func appendSample(_ name: String, _ labels: String, _ value: Double) {
        append(name)
        if !labels.isEmpty { append("{", labels, "}") }
        append(" ", Self.number(value), "\n")
    }

    /// Appends the lines of a histogram.
    mutating func appendHistogram(
        _ name: String,
        _ labels: String,
        _ bounds: [Double],
        _ snapshot: HistogramSeries.Snapshot
    ) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var count = 0
        for (index, bucketCount) in snapshot.counts.enumerated() {
            count += bucketCount
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            append(name, "_bucket{", prefix, "le=\"", bound, "\"} ", String(count), "\n")
        }
        appendSample(name + "_sum", labels, snapshot.sum)
        appendSample(name + "_count", labels, Double(count))
    }

    private mutating func appendHead(_ descriptor: MetricDescriptor) {
        appendHead(descriptor.name, descriptor.kind, descriptor.help)
    }

    private mutating func append(_ parts: String...) {
        for part in parts { bytes.append(contentsOf: part.utf8) }
    }
}

extension PrometheusText {
    /// Labels as they stand between braces, in the order given.
    static func labels(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\(escapedLabel($0.value))\"" }.joined(separator: ",")
    }

    /// A number; whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return "\(value)"
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
        let isPlain = text.utf8.allSatisfy {
            $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\"")
        }
        guard !isPlain else { return text }
        return text.unicodeScalars.reduce(into: "") { output, scalar in
            switch scalar {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\"": output += "\\\""
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}
