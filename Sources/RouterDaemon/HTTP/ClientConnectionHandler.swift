internal import NIOCore
internal import ServingTypes

/// Watches one client connection from inside its pipeline.
///
/// It turns Nagle's algorithm off, so that a token is not held back for the acknowledgement of the one
/// before; it notices a client that leaves although nobody reads or writes; and it closes a connection
/// whose client has not taken anything for too long.
final class ClientConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    let connection = ClientConnection()
    private let writeTimeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(writeTimeout: Duration) { self.writeTimeout = .nanoseconds(writeTimeout.nanoseconds) }

    /// The connection that `channel` belongs to.
    static func connection(of channel: any Channel) async throws -> ClientConnection {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ClientConnectionHandler.self).connection
        }.get()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // A failure means that the connection is gone already, which its other handlers report.
        context.channel.setOption(.tcpOption(.tcp_nodelay), value: 1).whenFailure { _ in }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

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
