internal import Foundation

/// What reduced KV costs and saves, by prompt length and budget.
struct SelectionReport: Encodable {
    /// All prompts of one length.
    struct Length: Encodable {
        var meanPromptTokens: Int
        var prompts: Int
        /// KV of one prompt, in bytes.
        var kvBytes: Int
        /// Share of prompts that the full cache answers right.
        var right: Double
        /// Median time of a prompt's prefill without selection.
        var prefillMilliseconds: Double
        /// Median time that selection adds, over all budgets.
        var selectionMilliseconds: Double
        var budgets: [Budget]
    }

    /// One method at one budget.
    struct Budget: Encodable {
        var method: SelectionVariant.Method
        var divisor: Int
        var meanTokens: Int
        /// KV of the reduced prompt, in bytes, whole blocks.
        var kvBytes: Int
        /// Share of prompts answered right.
        var right: Double
        /// Mean divergence from the full cache, per token of the answer after the first, in nats.
        var divergence: Double
    }

    var model: String
    var kvType: String
    var seed: UInt64
    var facts: Int
    var asked: Int
    var sinkTokens: Int
    var recentTokens: Int
    var queryTokens: Int
    var poolingTokens: Int
    var lengths: [Length]

    /// The report as JSON with sorted keys.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The report as Markdown tables.
    var text: String {
        var lines = [
            "| prompt tokens | kept | tokens | KV KiB | right, by attention | right, first and last only "
                + "| KL, by attention | KL, first and last only |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for length in lengths {
            let whole = [
                "\(length.meanPromptTokens)", "all", "\(length.meanPromptTokens)",
                "\(length.kvBytes / 1_024)",
                Self.percent(length.right), "", "", "",
            ]
            lines.append(Self.row(whole))
            for budget in length.budgets where budget.method == .attention {
                let recent = length.budgets.first {
                    $0.method == .recent && $0.divisor == budget.divisor
                }
                let cells = [
                    "", "1/\(budget.divisor)", "\(budget.meanTokens)", "\(budget.kvBytes / 1_024)",
                    Self.percent(budget.right), recent.map { Self.percent($0.right) } ?? "",
                    Self.nats(budget.divergence), recent.map { Self.nats($0.divergence) } ?? "",
                ]
                lines.append(Self.row(cells))
            }
        }
        lines += ["", "| prompt tokens | prefill ms | selection ms | share |", "|---|---|---|---|"]
        for length in lengths {
            let share = length.selectionMilliseconds / length.prefillMilliseconds
            let cells = [
                "\(length.meanPromptTokens)", String(format: "%.1f", length.prefillMilliseconds),
                String(format: "%.2f", length.selectionMilliseconds), String(format: "%.2f %%", 100 * share),
            ]
            lines.append(Self.row(cells))
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
    private static func nats(_ value: Double) -> String { String(format: "%.4f", value) }
}
