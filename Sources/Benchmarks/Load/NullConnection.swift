internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import ServingTypes

/// Answers the requests of one connection at exactly known times.
final class NullConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let settings: NullServerSettings
    private let book: NullStampBook
    /// The first handler of the connection.
    let stamp = NullReadStamp()
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(settings: NullServerSettings, book: NullStampBook) {
        (self.settings, self.book) = (settings, book)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var bytes): body.writeBuffer(&bytes)
        case .end: respond(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ context: ChannelHandlerContext) {
        let received = stamp.readAt
        guard let head else { return }
        switch (head.method, head.uri) {
        case (.GET, "/v1/models"):
            write(
                NullAnswer.response(200, "application/json", #"{"data":[{"id":"null","object":"model"}]}"#),
                context
            )
        case (.GET, "/stamps"):
            let lines = book.take().map { $0.line + "\n" }.joined()
            write(NullAnswer.response(200, "text/plain", lines), context)
        case (.POST, "/v1/completions"), (.POST, "/v1/chat/completions"):
            let request = NullRequest(body, isChat: head.uri.contains("chat"), usualTokens: settings.tokens)
            let name = head.headers.first(name: "x-request-id") ?? "-"
            generate(request, NullStamps(request: name, received: received), context)
        default:
            write(
                NullAnswer.response(404, "application/json", #"{"error":{"message":"no such path"}}"#),
                context
            )
        }
    }

    private func generate(_ request: NullRequest, _ stamps: NullStamps, _ context: ChannelHandlerContext) {
        switch settings.behaviour {
        case .fail: return refuse(500, context)
        case .refuse: return refuse(429, context)
        case .garbage: return write("This is not HTTP at all.\r\n\r\n", context)
        case .silence: return
        case .nonsense:
            let event = NullAnswer.chunk("data: {\"choices\": oops\n\n") + NullAnswer.chunk("")
            return write(NullAnswer.streamHead + event, context)
        case .answer, .truncate, .close, .reset, .stall, .report, .expire: break
        }
        let stream = NullStream(request: request, settings: settings, stamps: stamps)
        wait(for: stream, until: stamps.received + settings.firstTokenDelay, context)
    }

    /// Sends what is due now and waits for the next moment.
    private func wait(for stream: NullStream, until time: Timestamp, _ context: ChannelHandlerContext) {
        var stream = stream
        let now = Timestamp(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
        guard time <= now else {
            let deadline = NIODeadline.uptimeNanoseconds(UInt64(time.nanoseconds))
            context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
                self.wait(for: stream, until: time, context)
            }
            return
        }
        guard context.channel.isActive else { return }
        write(stream.next(at: now), context)
        switch stream.state {
        case .running: wait(for: stream, until: time + settings.tokenDelay, context)
        case .complete: book.add(stream.stamps)
        case .stalled: return
        case .closing: context.close(promise: nil)
        case .resetting: reset(context)
        }
    }

    /// Closes the connection so that the system sends a reset.
    private func reset(_ context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else {
            return context.close(promise: nil)
        }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func refuse(_ status: Int, _ context: ChannelHandlerContext) {
        write(NullAnswer.response(status, "application/json", #"{"error":{"message":"as asked"}}"#), context)
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
}
