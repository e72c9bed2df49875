internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl requests`: what is being answered.
struct RequestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "List requests in flight, the oldest first.",
        usage: "batonctl requests [--limit N] [--tenant T] [-o json|yaml] [-w [S]]",
        discussion: """
            PROMPT and OUTPUT are tokens, OUTPUT with the most that it may become. WORKER \
            computes the prompt, then the answer. batonctl explain REQUEST says why it does.
            """
    )

    /// Characters of names, so that all columns fit.
    private static let (requestWidth, tenantWidth, workerWidth) = (13, 8, 10)

    @Option(help: "Show at most so many.")
    var limit = 100

    @Option(help: "Only requests of this tenant.")
    var tenant = ""

    @OptionGroup var view: ViewOptions

    func validate() throws {
        guard (1...RequestsDocument.maxRequests).contains(limit) else {
            throw ValidationError("--limit is \(limit); use 1 to \(RequestsDocument.maxRequests)")
        }
    }

    func run() throws {
        let (limit, tenant) = (limit, tenant)
        try view.show("requests") { session in
            var found = try session.document(.requests, RequestsDocument.self, argument: tenant)
            found.limit = limit
            found.requests = Array(found.requests.prefix(limit))
            return try Shown(found, Self.text(of: found, tenant: tenant))
        }
    }

    static func text(of found: RequestsDocument, tenant: String = "") -> String {
        guard !found.requests.isEmpty else {
            return tenant.isEmpty
                ? "No request is in flight." : "No request of tenant \(tenant) is in flight."
        }
        var table = TextTable([
            "REQUEST", "TENANT", "STATE", "AGE", "TTFT", "PROMPT", "OUTPUT", "WORKER",
        ])
        for request in found.requests {
            let worker = request.state == .prefill ? request.prefillWorker : request.decodeWorker
            table.add([
                WrappedText.tail(request.request.isEmpty ? request.id : request.request, requestWidth),
                WrappedText.tail(request.tenant, tenantWidth), request.state.rawValue,
                time(request.ageMs), request.ttftMs.map { time($0) } ?? "-", "\(request.promptTokens)",
                "\(request.outputTokens)/\(request.maxOutputTokens)",
                worker.map { WrappedText.tail($0, workerWidth) } ?? "-",
            ])
        }
        guard found.total > found.requests.count else { return table.text }
        return table.text + "\n\nthe oldest \(found.requests.count) of \(found.total) requests in flight"
    }

    private static func time(_ milliseconds: Double) -> String {
        Quantities.shortTime(.fromSeconds(milliseconds / 1_000))
    }
}
