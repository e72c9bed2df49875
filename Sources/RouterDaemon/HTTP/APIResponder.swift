internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTPTypes
internal import Observability
internal import ServingTypes
internal import Transport

/// The client API: finds the route, checks the key, reads the body, and gives every error OpenAI's form.
struct APIResponder: HTTPResponder {
    private let service: any GenerationService
    private let terms: APITerms
    private let generation: GenerationResponder
    private let model: ModelResponder
    private let version: String
    private let tracer: Tracer?
    private let onAnswer: @Sendable (ClientRoute, Int) -> Void

    /// - Parameter tracer: traces requests for tokens; `nil` traces none.
    init(
        service: any GenerationService,
        terms: APITerms,
        version: String,
        tracer: Tracer? = nil,
        onAnswer: @escaping @Sendable (ClientRoute, Int) -> Void
    ) {
        self.tracer = tracer
        self.service = service
        self.onAnswer = onAnswer
        self.version = version
        self.terms = terms
        generation = GenerationResponder(service: service, terms: terms)
        model = ModelResponder(served: service.model)
    }

    /// Only errors of reading the connection leave this function; the server closes it then.
    func respond(to request: Request, context: APIContext) async throws -> Response {
        let requestID = Self.requestID(request.headers)
        var response: Response
        do {
            response = try await answer(request, requestID: requestID, channel: context.channel)
        } catch let error as APIError {
            response = error.response()
        }
        response.headers[.requestID] = requestID
        onAnswer(ClientRoute(Route(path: request.uri.path)), response.status.code)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, requestID: String, channel: any Channel) async throws -> Response
    {
        let path = request.uri.path
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        guard let route = Route(path: path) else {
            throw APIError.unknownRoute(request.method.rawValue, path)
        }
        guard method.rawValue == route.method else {
            throw APIError.wrongMethod(request.method.rawValue, path, allowed: route.method)
        }
        let authorization = request.headers[.authorization]
        let named = request.headers[.tenant]
        let keyring = terms.current.keyring
        let tenant = route.isOpen ? "" : try keyring.tenant(authorization: authorization, named: named)
        let caller = Caller(
            tenant: tenant,
            requestID: requestID,
            requestClass: request.headers[.requestClass],
            service: ServiceHeaders(
                priority: request.headers[.priority],
                ttftLimit: request.headers[.ttftLimit],
                tpotLimit: request.headers[.tpotLimit]
            )
        )
        inviteBody(of: request, on: channel)
        switch route {
        case .chatCompletions, .completions:
            let endpoint: Endpoint = route == .completions ? .completion : .chat
            return try await generate(request, endpoint, caller: caller, channel: channel)
        case .tokenize:
            let body = try await body(of: request)
            return try await Self.besideClients(body) { try model.tokenize(try Self.parse(body)) }
        case .detokenize:
            let body = try await body(of: request)
            return try await Self.besideClients(body) { try model.detokenize(try Self.parse(body)) }
        case .models: return model.list()
        case .model(let name): return try model.retrieve(name)
        case .health: return Self.status("ok")
        case .ready:
            guard service.isReady else { throw APIError.notReady }
            return Self.status("ready")
        case .version:
            var writer = JSONWriter()
            writer.object { $0.member("version", version) }
            return Response(json: writer.buffer)
        }
    }

    private static func status(_ word: String) -> Response {
        var writer = JSONWriter()
        writer.object { $0.member("status", word) }
        return Response(json: writer.buffer)
    }
}

// MARK: - Requests for tokens

extension APIResponder {
    /// Answers a request for tokens, and notes its times where it is traced.
    private func generate(
        _ request: Request,
        _ endpoint: Endpoint,
        caller: Caller,
        channel: any Channel
    ) async throws -> Response {
        guard let tracer else { return try await answer(request, endpoint, caller: caller, channel: channel) }
        let arrival = tracer.begin(request.headers, path: request.uri.path, caller: caller)
        var caller = caller
        caller.trace = arrival.request
        var response: Response
        do {
            response = try await answer(request, endpoint, caller: caller, channel: channel)
        } catch let error as APIError {
            arrival.request?.note { $0.failure = error }
            response = error.response()
        }
        arrival.request?.answer(status: response.status.code, now: MonotonicClock.now)
        response.headers[.traceParent] = arrival.context.traceparent
        return response
    }

    private func answer(
        _ request: Request,
        _ endpoint: Endpoint,
        caller: Caller,
        channel: any Channel
    ) async throws -> Response {
        let body = try await body(of: request)
        caller.trace?.note { $0.readAt = MonotonicClock.now }
        return try await Self.besideClients(body) {
            try await generation.respond(
                to: try Self.parse(body),
                endpoint,
                caller: caller,
                channel: channel
            )
        }
    }
}

// MARK: - Reading requests

extension APIResponder {
    /// Largest body that is read and tokenized on its connection's thread: it takes about a millisecond.
    private static let briefBytes = 16 << 10

    /// Answers a large request on another thread: it would hold up its own thread's other clients.
    private static func besideClients(
        _ body: ByteBuffer,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        guard body.readableBytes > briefBytes else { return try await answer() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await answer() }
    }

    private func body(of request: Request) async throws -> ByteBuffer {
        if let type = request.headers[.contentType], !Self.isJSON(type) {
            throw APIError.wrongContentType(type)
        }
        let bodyLimitBytes = terms.current.bodyLimitBytes
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimitBytes {
            throw APIError.bodyTooLarge(limitBytes: bodyLimitBytes)
        }
        do {
            return try await request.body.collect(upTo: bodyLimitBytes)
        } catch is NIOTooManyBytesError {
            throw APIError.bodyTooLarge(limitBytes: bodyLimitBytes)
        }
    }

    private static func parse(_ buffer: ByteBuffer) throws(APIError) -> FieldReader {
        let value: JSONValue
        do {
            value = try buffer.withUnsafeReadableBytes { (bytes) throws(JSONParseError) in
                try JSONParser.parse(bytes)
            }
        } catch {
            throw .badBody(error.description)
        }
        guard case .object(let members) = value else {
            throw .badBody("the body must be a JSON object, got \(value.excerpt)")
        }
        return FieldReader(members)
    }

    private static func isJSON(_ contentType: String) -> Bool {
        if contentType == "application/json" { return true }
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }

    /// Asks for the body of a client that waits for it, as curl does for a second before it sends a long one.
    private func inviteBody(of request: Request, on channel: any Channel) {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard length <= terms.current.bodyLimitBytes else { return }
        // A failure means that the connection is gone, which reading the body reports.
        channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil)
    }

    /// The client's `X-Request-Id` if it can stand in a log line, else a new one.
    private static func requestID(_ headers: HTTPFields) -> String {
        if let given = headers[.requestID], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return given
        }
        return RequestID.random().description
    }
}

extension HTTPField.Name {
    /// `X-Request-Id`: names one request in the client's logs and ours.
    static let requestID: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Request-Id") else { preconditionFailure("not a header name") }
        return name
    }()

    /// `X-Request-Class`: the class that a client asks for, and in answers the one that it got.
    static let requestClass: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Request-Class") else { preconditionFailure("not a header name") }
        return name
    }()
}
