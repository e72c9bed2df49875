internal import AdminHTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `POST /ui/v1/chat/completions`: the page's own way to the client API.
///
/// The page comes from the admin listener, and a browser lets it talk to that address only. So its requests are handed,
/// inside the process, to the responder of the client API: keys, tenants, limits, metrics and traces are the same, and
/// the places that the API has are shared. A page that is closed cancels its answer, by the same handler that
/// watches the clients of the API.
struct PageChat: Sendable {
    /// Where the page sends its requests: this, and then the API's own path.
    private static let prefix = "/ui"
    private static let path = "/v1/chat/completions"

    let pageGuard: PageGuard
    let responder: APIResponder
    /// How long a page may leave its connection full before it is closed.
    let writeTimeout: Duration

    /// What the admin listener asks before its routes.
    var front: ConnectionFront {
        ConnectionFront(
            handlers: { [writeTimeout] in [ClientConnectionHandler(writeTimeout: writeTimeout)] },
            respond: { try await respond(to: $0, on: $1) }
        )
    }

    private func respond(to request: Request, on channel: any Channel) async throws -> Response? {
        guard request.uri.path == Self.prefix + Self.path else { return nil }
        do {
            try pageGuard.checkHost(of: request)
            try pageGuard.checkOrigin(of: request)
        } catch {
            return error.response()
        }
        var head = request.head
        head.path = Self.path
        let passed = Request(head: head, body: request.body)
        return try await responder.respond(to: passed, context: APIContext(channel: channel))
    }
}
