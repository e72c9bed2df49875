internal import NIOCore
internal import ServingTypes

/// Notes when the bytes that are being handled were read from the socket, before they are parsed.
final class NullReadStamp: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// When the last read returned, on the monotonic clock.
    private(set) var readAt = Timestamp.zero

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readAt = Timestamp(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
        context.fireChannelRead(data)
    }
}
