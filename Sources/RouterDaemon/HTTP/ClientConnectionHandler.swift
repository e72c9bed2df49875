internal import NIOCore
internal import ServingTypes

/// Watches one client connection from inside its pipeline.
///
/// It turns Nagle's algorithm off, so that a token is not held back for the acknowledgement of the one
/// before; it sends what is written in one turn of the event loop together, at the turn's end; it notices a
/// client that leaves although nobody reads or writes; and it closes a connection whose client has not taken
/// anything for too long.
final class ClientConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    let connection = ClientConnection()
    private let writeTimeout: TimeAmount
    private var deadline: Scheduled<Void>?
    /// Whether something was written that the end of this turn will send.
    private var isFlushDue = false

    init(writeTimeout: Duration) { self.writeTimeout = .nanoseconds(writeTimeout.nanoseconds) }

    /// The connection that `channel` belongs to.
    static func connection(of channel: any Channel) async throws -> ClientConnection {
        guard !channel.eventLoop.inEventLoop else { return try boundConnection(of: channel) }
        return try await channel.eventLoop.submit { try boundConnection(of: channel) }.get()
    }

    private static func boundConnection(of channel: any Channel) throws -> ClientConnection {
        try channel.pipeline.syncOperations.handler(type: ClientConnectionHandler.self).connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // A failure means that the connection is gone already, which its other handlers report.
        context.channel.setOption(.tcpOption(.tcp_nodelay), value: 1).whenFailure { _ in }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func flush(context: ChannelHandlerContext) {
        guard !isFlushDue else { return }
        isFlushDue = true
        context.eventLoop.assumeIsolated().execute { self.flushNow(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flushNow(context)
        context.close(mode: mode, promise: promise)
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        guard isFlushDue else { return }
        isFlushDue = false
        context.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed = event as? ChannelEvent { connection.close() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        if !context.channel.isWritable {
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: writeTimeout) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    private func end() {
        deadline?.cancel()
        deadline = nil
        connection.close()
    }
}
