internal import ServingTypes

/// A decision as people read it, on lines of at most 80 characters.
struct DecisionText {
    private let decision: DecisionDocument

    init(_ decision: DecisionDocument) { self.decision = decision }

    var text: String {
        let attempts = decision.attempts.map { [AttemptText($0).text] }
        let sections = [heading] + attempts + [[WrappedText.wrap(decision.verdict)]]
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var heading: [String] {
        let ending = decision.outcome.map { " (\($0))" } ?? ""
        let count = decision.attempts.count
        var lines = [
            "request \(decision.request), \(decision.state.rawValue)\(ending)",
            "\(decision.promptTokens) prompt tokens, \(decision.outputTokens) output tokens, "
                + "\(count) attempt\(count == 1 ? "" : "s")",
        ]
        let times = [
            ("TTFT", decision.ttft), ("hand-off gap", decision.gap), ("end to end", decision.elapsed),
        ]
        let shown = times.compactMap { name, time in time.map { "\(name) \($0)" } }
        if !shown.isEmpty { lines.append(shown.joined(separator: ", ")) }
        let names = [
            ("client's name", decision.clientRequestID), ("tenant", decision.tenant),
            ("class", decision.requestClass),
        ]
        let known = names.filter { !$1.isEmpty }.map { "\($0) \($1)" }
        if !known.isEmpty { lines.append(WrappedText.wrap(known.joined(separator: ", "))) }
        return lines
    }
}
