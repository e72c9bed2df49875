internal import Foundation

/// What the codecs did at each prompt length, and over all.
struct CodecsReport: Codable {
    /// One codec's figures.
    struct Codec: Codable {
        var codec: String
        /// Coded bytes per raw byte.
        var ratio: Double
        /// Share of prompts whose whole answer was right.
        var right: Double
        /// Divergence of the next token from that with raw KV, in nats.
        var meanDivergence: Double
        var p99Divergence: Double
        /// Raw bytes per second of one thread; none for `raw`, which is not coded.
        var encodeMegabytesPerSecond: Double?
        var decodeMegabytesPerSecond: Double?
    }

    /// Figures of one prompt length.
    struct Length: Codable {
        var meanPromptTokens: Int
        var codecs: [Codec]
    }

    var model: String
    var layout: String
    var seed: UInt64
    /// Prompts of each length.
    var prompts: Int
    /// Codes planted in each.
    var facts: Int
    /// KV of a chunk before coding.
    var chunkKib: Int
    var lengths: [Length]
    var overall: [Codec]

    /// The report as one JSON object.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The report as Markdown.
    var text: String {
        let head = """
            \(model): \(layout); \(prompts) prompts of each length, seed \(seed), chunks of \(chunkKib) KiB

            | prompt tokens | codec | bytes | right | mean KL (nats) | p99 KL | encode MB/s | decode MB/s |
            |---|---|---|---|---|---|---|---|
            """
        let rows = lengths.flatMap { length in
            length.codecs.map { Self.row("\(length.meanPromptTokens)", $0) }
        }
        return ([head] + rows + overall.map { Self.row("all", $0) }).joined(separator: "\n")
    }

    private static func row(_ length: String, _ codec: Codec) -> String {
        func speed(_ value: Double?) -> String { value.map { String(format: "%.0f", $0) } ?? "–" }
        let cells = [
            length, codec.codec,
            String(format: "%.1f %%", 100 * codec.ratio),
            String(format: "%.1f %%", 100 * codec.right),
            String(format: "%.5f", codec.meanDivergence),
            String(format: "%.5f", codec.p99Divergence),
            speed(codec.encodeMegabytesPerSecond), speed(codec.decodeMegabytesPerSecond),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
