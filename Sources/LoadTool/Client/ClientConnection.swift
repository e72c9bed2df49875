internal import NIOCore
internal import NIOHTTP1
internal import ServingTypes

/// One connection that is kept between requests and carries one at a time: the last handler of its channel.
///
/// Belongs to one event loop.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let stamp = ReadStamp()
    /// Where the loop keeps it among idle ones; `nil` while it is in use.
    var idlePlace: Int?
    private let loop: ClientLoop
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var isReused = false
    private var isKept = true
    private var startBytes = 0

    init(loop: ClientLoop) { self.loop = loop }

    /// Whether requests can be sent.
    var isOpen: Bool { context?.channel.isActive ?? false }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends a request; the answer, or a failure, comes back through the loop.
    func send(_ exchange: Exchange, head: HTTPRequestHead, reused: Bool) {
        guard let context else {
            return loop.failed(exchange, .reset(afterBytes: 0), canRetry: reused)
        }
        self.exchange = exchange
        exchange.connection = self
        isReused = reused
        isKept = true
        startBytes = stamp.bytes
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.request.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Closes the connection and forgets the request that it carries.
    func abandon() {
        exchange = nil
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else { return abandon() }  // An answer that nobody asked for.
        let time = stamp.readAt
        exchange.noteRead(at: time)
        switch unwrapInboundIn(data) {
        case .head(let head):
            isKept = head.isKeepAlive
            exchange.receive(head)
        case .body(var bytes):
            if let failure = exchange.receive(&bytes, at: time, limits: loop.limits) {
                end(exchange) { $0.failed(exchange, failure, canRetry: false) }
            }
        case .end:
            exchange.complete(at: time)
            self.exchange = nil
            if isKept { loop.keep(self) } else { context.close(promise: nil) }
            loop.ended(exchange)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let exchange else { return context.close(promise: nil) }
        let failure = ClientFailure(error, received: stamp.bytes - startBytes)
        end(exchange) { $0.failed(exchange, failure, canRetry: canRetry(exchange)) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.closed(self)
        guard let exchange else { return }
        let bytes = stamp.bytes - startBytes
        end(exchange) { $0.failed(exchange, .closed(afterBytes: bytes), canRetry: canRetry(exchange)) }
    }

    /// The server may close a kept connection just as the next request leaves: that says nothing about the request.
    private func canRetry(_ exchange: Exchange) -> Bool { isReused && stamp.bytes == startBytes }

    private func end(_ exchange: Exchange, _ report: (ClientLoop) -> Void) {
        let loop = loop
        abandon()
        report(loop)
    }
}
