public import Hummingbird
public import NIOCore

/// What is asked before the routes.
///
/// It refuses requests whichever route they are for, and answers those that need their connection itself, as a stream does
/// that ends when its client leaves.
public struct ConnectionFront: Sendable {
    /// Makes the handlers that a new connection gets.
    let handlers: @Sendable () -> [any RemovableChannelHandler]
    /// The answer, or `nil` for a request that is the routes' business.
    let respond: @Sendable (Request, any Channel) async throws -> Response?

    /// - Parameters:
    ///   - handlers: makes the handlers that each connection gets between its HTTP parser and its requests.
    ///   - respond: refuses or answers a request on a connection, or returns `nil` to leave it to the routes.
    public init(
        handlers: @escaping @Sendable () -> [any RemovableChannelHandler],
        respond: @escaping @Sendable (Request, any Channel) async throws -> Response?
    ) {
        self.handlers = handlers
        self.respond = respond
    }
}
