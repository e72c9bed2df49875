internal import DaemonKit
internal import ServingTypes

extension TopColumn where Row == RequestsDocument.Request {
    /// What `batonctl top` says of requests in flight.
    static func requests(width: Int) -> [TopColumn] {
        [
            text("REQUEST", 12) { $0.request },
            milliseconds("AGE", 7) { $0.ageMs },
            TopColumn(title: "STATE", width: 8, isRight: false) {
                ($0.state.rawValue, style($0))
            } key: {
                .text($0.state.rawValue)
            },
            text("WORKER", 14) { worker($0) },
            text("OTHER", 14, minimum: 120) { other($0) },
            number("PROMPT", 7) { Double($0.promptTokens) },
            number("CACHED", 7, minimum: 100) { Double($0.cachedTokens) },
            TopColumn(title: "OUT", width: 11) {
                ("\($0.outputTokens)/\($0.maxOutputTokens)", .plain)
            } key: {
                .number(Double($0.outputTokens))
            },
            milliseconds("TTFT", 7, minimum: 80) { $0.ttftMs },
            number("TRY", 4, minimum: 100) { Double($0.attempt) },
            text("TENANT", 12, minimum: 120) { $0.tenant },
            text("CLASS", 14, minimum: 160) { $0.requestClass },
            text("PRIORITY", 12, minimum: 160) { $0.priority },
        ]
    }

    private static func style(_ request: RequestsDocument.Request) -> TerminalStyle {
        request.attempt > 1 ? .yellow : request.state == .waiting ? .dim : .plain
    }

    /// Who works on it now.
    private static func worker(_ request: RequestsDocument.Request) -> String {
        let isComputing = request.state == .prefill || request.state == .transfer
        return (isComputing ? request.prefillWorker ?? request.decodeWorker : request.decodeWorker) ?? "-"
    }

    /// Who works on it before or after.
    private static func other(_ request: RequestsDocument.Request) -> String {
        let current = worker(request)
        return [request.prefillWorker, request.decodeWorker].compactMap(\.self).first { $0 != current } ?? "-"
    }
}
