internal import Hummingbird
internal import Logging
internal import NIOCore

/// Asks the front first, then the routes.
struct AdminResponder: HTTPResponder {
    /// What a responder knows beside the request.
    struct Context: InitializableFromSource {
        let channel: any Channel
        let logger: Logger

        init(source: ApplicationRequestContextSource) { (channel, logger) = (source.channel, source.logger) }
    }

    let routes: RouterResponder<BasicRequestContext>
    let front: ConnectionFront?

    func respond(to request: Request, context: Context) async throws -> Response {
        if let response = try await front?.respond(request, context.channel) { return response }
        let source = ApplicationRequestContextSource(channel: context.channel, logger: context.logger)
        return try await routes.respond(to: request, context: BasicRequestContext(source: source))
    }
}
