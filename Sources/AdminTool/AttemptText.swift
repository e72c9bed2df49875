internal import ServingTypes

/// One placement as people read it: the plans, and what was predicted and measured of the chosen one.
struct AttemptText {
    /// Characters of a worker's name, so that all columns fit.
    private static let nameWidth = 14

    private let attempt: DecisionAttempt

    init(_ attempt: DecisionAttempt) { self.attempt = attempt }

    var text: String {
        var lines = [heading, WrappedText.wrap("why: \(attempt.reason)", indent: 5)]
        if let margin = attempt.margin { lines.append(WrappedText.wrap(margin, indent: 5)) }
        lines += ["", plans, "", times]
        if let way { lines.append(WrappedText.wrap("plan 1: \(way)", indent: 2)) }
        lines += ["", MeasuredText(attempt).text]
        if let failure = attempt.failure {
            let after = attempt.elapsed.map { " after \($0)" } ?? ""
            lines.append(WrappedText.wrap("failed\(after): \(failure)", indent: 2))
        }
        return lines.joined(separator: "\n")
    }

    private var heading: String {
        "attempt \(attempt.number) by \(attempt.policy), placed after \(attempt.placedAfter): "
            + "\(attempt.tokens) tokens, \(attempt.planCount) plan\(attempt.planCount == 1 ? "" : "s")"
    }

    /// Who, and what was known.
    private var plans: String {
        var table = TextTable(["#", "PREFILL", "DECODE", "HIT", "QUEUED", "FREE", "LINK", "BACKLOG"])
        for (index, plan) in attempt.plans.enumerated() {
            let inputs = plan.inputs
            let isLinked = inputs.linkBytesPerSecond > 0
            table.add([
                "\(index + 1)", plan.prefill.map { WrappedText.tail($0, Self.nameWidth) } ?? "-",
                WrappedText.tail(plan.decode, Self.nameWidth), "\(plan.hitTokens)",
                "\(inputs.queuedTokens)", "\(inputs.freeBlocks)",
                Quantities.shortRate(inputs.linkBytesPerSecond), isLinked ? "\(inputs.linkBacklog)" : "-",
            ])
        }
        return table.text
    }

    /// What each plan would take.
    private var times: String {
        let names = attempt.chosen.parts.named.map { $0.name.uppercased() }
        var table = TextTable(["ms"] + names + ["TOTAL"])
        for (index, plan) in attempt.plans.enumerated() {
            let parts = plan.parts.named.map {
                Quantities.plainMilliseconds(Milliseconds(seconds: $0.seconds))
            }
            table.add(["\(index + 1)"] + parts + [Quantities.plainMilliseconds(plan.total)])
        }
        return table.text
    }

    /// How KV gets to where it is needed.
    private var way: String? {
        let plan = attempt.chosen
        var words: [String] = []
        if let source = plan.fetchSource {
            words.append("\(plan.fetchedTokens) tokens fetched from \(source)")
        }
        if plan.transferBytes > 0 {
            let wire =
                plan.wireBytes == plan.transferBytes
                ? "" : ", \(Quantities.bytes(plan.wireBytes)) on the wire"
            words.append("\(Quantities.bytes(plan.transferBytes)) to hand off as \(plan.codec)\(wire)")
        }
        if let budget = plan.budgetTokens { words.append("KV of \(budget) tokens") }
        if plan.failures > 0 { words.append("its workers took part in \(plan.failures) failed attempts") }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
