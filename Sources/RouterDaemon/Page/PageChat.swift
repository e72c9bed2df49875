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

    let responder: APIResponder
    /// How long a page may leave its connection full before it is closed.
    let writeTimeout: Duration

    /// What each connection of the listener gets.
    func handlers() -> [any RemovableChannelHandler] { [ClientConnectionHandler(writeTimeout: writeTimeout)] }

    /// The answer of the client API, or `nil` for a request that is not the chat's.
    func respond(to request: Request, on channel: any Channel) async throws -> Response? {
        guard request.uri.path == Self.prefix + Self.path else { return nil }
        var head = request.head
        head.path = Self.path
        let passed = Request(head: head, body: request.body)
        return try await responder.respond(to: passed, context: APIContext(channel: channel))
    }
}
