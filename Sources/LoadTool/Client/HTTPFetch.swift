internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Asks a server for one small thing and waits: which models it has, whether it is there.
enum HTTPFetch {
    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var body: String
    }

    private static let bodyLimit = 256 << 20

    /// Sends a `GET` over a connection of its own.
    ///
    /// - Parameter path: below the server's prefix.
    /// - Throws: ``ClientFailure`` when no whole answer came in time.
    static func get(_ path: String, from target: ClientTarget, limits: ClientLimits) throws -> Answer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { group.shutdownGracefully { _ in } }
        let loop = group.next()
        let promise = loop.makePromise(of: Answer.self)
        let patience = loop.scheduleTask(in: .nanoseconds((limits.connect + limits.idle).nanoseconds)) {
            promise.fail(ClientFailure.timedOut(.total, after: limits.connect + limits.idle))
        }
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(limits.connect.nanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try target.addTLS(to: pipeline)
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: bodyLimit))
                    try pipeline.addHandler(FetchHandler(path: path, target: target, promise: promise))
                }
            }
            .connect(to: target.socketAddress)
            .whenFailure { promise.fail(target.failure($0, limits)) }
        defer { patience.cancel() }
        do {
            return try promise.futureResult.wait()
        } catch {
            throw ClientFailure(error, received: 0)
        }
    }
}

/// Sends the request of one fetch and keeps its answer.
private final class FetchHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let promise: EventLoopPromise<HTTPFetch.Answer>

    init(path: String, target: ClientTarget, promise: EventLoopPromise<HTTPFetch.Answer>) {
        var headers = target.headers
        headers.remove(name: "Content-Type")
        headers.replaceOrAdd(name: "Accept", value: "application/json")
        headers.replaceOrAdd(name: "Connection", value: "close")
        head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: target.server.pathPrefix + path,
            headers: headers
        )
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let response = unwrapInboundIn(data)
        let body = response.body.map { String(buffer: $0) } ?? ""
        promise.succeed(HTTPFetch.Answer(status: Int(response.head.status.code), body: body))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ClientFailure.closed(afterBytes: 0))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
