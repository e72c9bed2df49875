internal import ArgumentParser
internal import ServingTypes
internal import Wire

/// `batonctl request`: where a request was prefilled and decoded, and what each stage took.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Show where a request went and how long each stage took.",
        usage: "batonctl request <id> [ROUTER OPTIONS]"
    )

    @Argument(help: "The request's X-Request-Id.")
    var id: String

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { session in try session.ask(.requestQuery(id)) }
        guard case .requestTrace(let trace) = reply else { throw UnexpectedReply(reply) }
        guard trace.state != .notFound else {
            throw ServingError(.badRequest, "the router knows no request \(id), or no longer")
        }
        print(Self.text(of: trace))
    }

    static func text(of trace: RequestTrace) -> String {
        var lines = [
            "request \(trace.request), \(trace.state.name)",
            "\(trace.promptTokens) prompt tokens, \(trace.emittedTokens) output tokens, "
                + "\(trace.attempts) attempt\(trace.attempts == 1 ? "" : "s")",
        ]
        let times = [("TTFT", trace.ttft), ("hand-off gap", trace.gap), ("end to end", trace.elapsed)]
        let shown = times.compactMap { name, time in time.map { "\(name) \(Quantities.milliseconds($0))" } }
        if !shown.isEmpty { lines.append(shown.joined(separator: ", ")) }
        if !trace.requestClass.isEmpty { lines.append("class \(trace.requestClass)") }
        if let failure = trace.failure { lines.append("the client was told: \(failure)") }
        for part in trace.parts { lines += ["", Self.title(of: part)] + Self.stages(of: part) }
        return lines.joined(separator: "\n")
    }

    private static func title(of part: PartTrace) -> String {
        let title = "attempt \(part.attemptNumber): \(part.kind.name) on \(part.worker.id)"
        return part.failure.map { "\(title), failed: \($0)" } ?? title
    }

    private static func stages(of part: PartTrace) -> [String] {
        guard let report = part.report else { return ["  no report"] }
        var stages: [(String, String)] = []
        if part.kind != .decode {
            stages.append(("queue", Quantities.milliseconds(report.queue)))
            stages.append(
                (
                    "prefill",
                    "\(Quantities.milliseconds(report.prefill)), \(report.computedTokens) tokens computed, "
                        + "\(report.hitTokens) found in cache"
                )
            )
            if report.fetch > .zero || report.fetchedTokens > 0 {
                let source = part.fetchSource.map { "\($0.id)" } ?? "another worker"
                let tokens = "\(report.fetchedTokens) tokens from \(source)"
                stages.append(("fetch", "\(Quantities.milliseconds(report.fetch)), \(tokens)"))
            }
        }
        if part.kind != .whole {
            let verb = part.kind == .prefill ? "sent" : "received"
            stages.append(
                (
                    "transfer",
                    "\(Quantities.milliseconds(report.transfer)), \(Quantities.bytes(report.transferBytes)) \(verb), "
                        + "\(Quantities.milliseconds(report.exposedTransfer)) not hidden"
                )
            )
        }
        if let way = way(of: part, report) { stages.append(("codec", way)) }
        if part.kind != .prefill {
            let tokens = "\(report.outputTokens) tokens"
            stages.append(("decode", "\(Quantities.milliseconds(report.decode)), \(tokens)"))
        }
        return stages.map { name, text in "  \(name)\(String(repeating: " ", count: 10 - name.count))\(text)"
        }
    }

    /// How KV crossed, when not simply all of it bit for bit.
    private static func way(of part: PartTrace, _ report: StageReport) -> String? {
        guard let codec = part.codec, codec.isLossy || part.budget != nil else { return nil }
        var text = codec.name
        if report.wireBytes > 0 { text += ", \(Quantities.bytes(report.wireBytes)) on the wire" }
        if let budget = part.budget { text += ", KV of \(budget.tokens) tokens" }
        return text
    }
}
