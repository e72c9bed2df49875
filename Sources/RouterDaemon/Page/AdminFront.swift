internal import AdminHTTP
internal import Hummingbird
internal import NIOCore

/// What the router's admin listener asks before its routes: who may use them, then the page's chat.
struct AdminFront: Sendable {
    let pageGuard: PageGuard
    let chat: PageChat

    /// For the listener.
    var front: ConnectionFront {
        ConnectionFront(
            handlers: { chat.handlers() },
            respond: { request, channel in
                if let refusal = refusal(of: request) { return refusal }
                return try await chat.respond(to: request, on: channel)
            }
        )
    }

    private func refusal(of request: Request) -> Response? {
        guard !AdminServer.probePaths.contains(request.uri.path) else { return nil }
        do {
            try pageGuard.check(request)
            return nil
        } catch {
            let response = error.response()
            return request.method == .head ? response.createHeadResponse() : response
        }
    }
}
