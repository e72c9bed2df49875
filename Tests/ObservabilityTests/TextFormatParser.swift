/// A strict reader of Prometheus's text format 0.0.4: the oracle of what we write.
///
/// Stricter than Prometheus itself: every metric needs HELP and TYPE before its lines, lines of a metric
/// stand together, no series comes twice, and a histogram must be complete and cumulative.
struct TextFormatParser {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family: Equatable {
        var help = ""
        var type = ""
        var samples: [Sample] = []

        /// The value of a series.
        func value(_ labels: [String: String] = [:]) -> Double? {
            samples.first { $0.labels == labels }?.value
        }
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "\\": "\\", "\"": "\""]

    private(set) var families: [String: Family] = [:]
    private var current = ""

    /// Parses a whole text.
    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else {
            throw Failure(description: "no line end at the end")
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            try take(line)
        }
        for (name, family) in families { try check(family, name) }
    }

    private mutating func take(_ line: Substring) throws {
        if line.hasPrefix("# HELP ") {
            let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
            guard parts.count == 2, Self.isName(parts[0], colon: true), families[String(parts[0])] == nil
            else {
                throw Failure(description: "bad or repeated HELP: \(line)")
            }
            current = String(parts[0])
            families[current] = Family(help: String(parts[1]))
        } else if line.hasPrefix("# TYPE ") {
            let parts = line.dropFirst(7).split(separator: " ")
            guard parts.count == 2, parts[0] == current, families[current]?.type.isEmpty == true,
                ["counter", "gauge", "histogram"].contains(parts[1])
            else { throw Failure(description: "bad or misplaced TYPE: \(line)") }
            families[current]?.type = String(parts[1])
        } else {
            let sample = try Self.sample(line)
            let type = families[current]?.type ?? ""
            let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            guard !type.isEmpty, suffixes.contains(where: { current + $0 == sample.name }) else {
                throw Failure(description: "a line outside of its metric: \(line)")
            }
            let isRepeated =
                families[current]?.samples.contains { $0.name == sample.name && $0.labels == sample.labels }
                ?? false
            guard !isRepeated else { throw Failure(description: "a repeated series: \(line)") }
            families[current]?.samples.append(sample)
        }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line.unicodeScalars[...]
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        guard isName(name, colon: true) else { throw Failure(description: "bad name: \(line)") }
        rest = rest.dropFirst(name.unicodeScalars.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            repeat {
                let (key, value) = try label(&rest, line)
                guard labels.updateValue(value, forKey: key) == nil else {
                    throw Failure(description: "a repeated label: \(line)")
                }
            } while rest.popFirst() == ","
            // The loop has taken what follows the last label.
            guard line.unicodeScalars[..<rest.startIndex].last == "}" else {
                throw Failure(description: "labels are not closed: \(line)")
            }
        }
        guard rest.popFirst() == " ", let value = number(String(rest)) else {
            throw Failure(description: "bad value: \(line)")
        }
        return Sample(name: name, labels: labels, value: value)
    }

    private static func label(
        _ rest: inout Substring.UnicodeScalarView,
        _ line: Substring
    ) throws -> (String, String) {
        let key = String(rest.prefix { $0 != "=" })
        rest = rest.dropFirst(key.unicodeScalars.count)
        guard isName(key, colon: false), rest.popFirst() == "=", rest.popFirst() == "\"" else {
            throw Failure(description: "bad label: \(line)")
        }
        var value = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return (key, String(value))
            case "\\":
                guard let escaped = rest.popFirst(), let plain = escapes[escaped]
                else {
                    throw Failure(description: "bad escape: \(line)")
                }
                value.append(plain)
            default: value.append(scalar)
            }
        }
        throw Failure(description: "label without end: \(line)")
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.utf8.allSatisfy { "0123456789+-.e".utf8.contains($0) } ? Double(text) : nil
        }
    }

    private static func isName(_ text: some StringProtocol, colon: Bool) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "_") || (colon && byte == UInt8(ascii: ":"))
        }
    }

    private func check(_ family: Family, _ name: String) throws {
        guard !family.type.isEmpty, !family.samples.isEmpty else {
            throw Failure(description: "\(name) is empty")
        }
        guard family.type == "histogram" else { return }
        let series = Dictionary(grouping: family.samples) { sample in sample.labels.filter { $0.key != "le" }
        }
        for (labels, samples) in series {
            let buckets = samples.filter { $0.name == name + "_bucket" }
            let bounds = try buckets.map { bucket -> Double in
                guard let text = bucket.labels["le"], let bound = Self.number(text) else {
                    throw Failure(description: "\(name)\(labels) has a bucket without bound")
                }
                return bound
            }
            let counts = samples.filter { $0.name == name + "_count" && $0.labels["le"] == nil }
            let sums = samples.filter { $0.name == name + "_sum" && $0.labels["le"] == nil }
            guard counts.count == 1, sums.count == 1, bounds.last == .infinity,
                zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }),
                zip(buckets, buckets.dropFirst()).allSatisfy({ $0.value <= $1.value }),
                buckets.last?.value == counts[0].value
            else { throw Failure(description: "\(name)\(labels) is no histogram: \(samples)") }
        }
    }
}
