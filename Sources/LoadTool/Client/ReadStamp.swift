internal import NIOCore
internal import ServingTypes

/// Notes when the bytes that are being handled were read from the socket: the first handler of a connection.
final class ReadStamp: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// When the last read returned, on the monotonic clock.
    private(set) var readAt = Timestamp.zero
    /// Bytes read so far, those of TLS included.
    private(set) var bytes = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readAt = .now
        bytes += unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }
}
