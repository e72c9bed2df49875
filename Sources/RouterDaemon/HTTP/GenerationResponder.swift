internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServingTypes
internal import Transport

/// Answers `/v1/chat/completions` and `/v1/completions`.
struct GenerationResponder: Sendable {
    private let service: any GenerationService
    private let terms: APITerms

    init(service: any GenerationService, terms: APITerms) {
        self.service = service
        self.terms = terms
    }

    /// Answers whole, or starts a stream at the first token; until then a failure has its HTTP status.
    func respond(
        to body: FieldReader,
        _ endpoint: Endpoint,
        caller: Caller,
        channel: any Channel
    ) async throws(APIError) -> Response {
        let permit = try terms.gate.enter(caller.tenant)
        let current = terms.current
        let request =
            switch endpoint {
            case .chat: try ChatRequest.read(body, for: service.model)
            case .completion: try CompletionRequest.read(body, for: service.model)
            }
        let requestClass = try current.classes.name(in: body, header: caller.requestClass)
        let rank = try current.defaults.terms(
            of: body,
            caller.service,
            requestClass: requestClass,
            tenant: caller.tenant
        )
        caller.trace?.note { timeline in
            timeline.tokenizedAt = MonotonicClock.now
            timeline.request = RequestTimeline.Asked(request, requestClass: requestClass)
        }
        guard service.isReady else { throw .notReady }
        let scope = RequestScope(
            permit: permit,
            connection: try await connection(of: channel),
            eventLoop: channel.eventLoop,
            timeout: current.requestTimeout,
            trace: caller.trace
        )
        var exchange = Exchange(
            request,
            on: service,
            scope: scope,
            caller: caller,
            requestClass: requestClass,
            terms: rank
        )
        let answer = AnswerWriter(request, served: service.model, id: exchange.id, created: time(nil))
        exchange.start()
        var response: Response
        if request.fields.isStream {
            let first = try await exchange.next() ?? []
            response = stream(exchange, answer, first: first, trace: caller.trace)
        } else {
            response = try await whole(exchange, answer)
        }
        response.headers[.requestClass] = requestClass
        return response
    }

    private func connection(of channel: any Channel) async throws(APIError) -> ClientConnection {
        do {
            return try await ClientConnectionHandler.connection(of: channel)
        } catch {
            throw .clientGone  // The handler leaves the pipeline when the connection closes, never before.
        }
    }

    private func whole(_ exchange: Exchange, _ answer: AnswerWriter) async throws(APIError) -> Response {
        var exchange = exchange
        var choices = exchange.choiceIndices.map { ChoiceDelta(choice: $0) }
        while let deltas = try await exchange.next() {
            for delta in deltas { choices[delta.choice].append(delta) }
        }
        return Response(json: answer.whole(choices, usage: exchange.usage))
    }

    private func stream(
        _ exchange: Exchange,
        _ answer: AnswerWriter,
        first: [ChoiceDelta],
        trace: TracedRequest?
    ) -> Response {
        trace?.stream(now: MonotonicClock.now)
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
            body: ResponseBody { body in
                var exchange = exchange
                var deltas: [ChoiceDelta]? = first
                defer { trace?.end(now: MonotonicClock.now) }
                do {
                    while let news = deltas {
                        try await send(news, of: exchange, answer, to: &body)
                        deltas = try await exchange.next()
                    }
                    var writer = JSONWriter()
                    answer.end(usage: exchange.usage, to: &writer)
                    try await body.write(writer.buffer)
                } catch let error as APIError {
                    trace?.note { $0.failure = error }
                    var writer = JSONWriter()
                    writer.event { error.write(to: &$0) }
                    try await body.write(writer.buffer)
                }
                try await body.finish(nil)
            }
        )
    }

    /// Writes the chunks of several choices at once; waits while the connection is full.
    private func send(
        _ deltas: [ChoiceDelta],
        of exchange: Exchange,
        _ answer: AnswerWriter,
        to body: inout any ResponseBodyWriter
    ) async throws {
        let usage = answer.request.fields.includesRunningUsage ? exchange.usage : nil
        var writer = JSONWriter()
        for delta in deltas { answer.chunks(delta, usage: usage, to: &writer) }
        guard writer.buffer.readableBytes > 0 else { return }
        try await body.write(writer.buffer)
    }
}
