import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A collector on loopback that answers each export as the test says.
final class TestCollector: Sendable {
    /// One export as it came.
    struct Export: Sendable {
        var uri: String
        var headers: HTTPHeaders
        var body: String
        var at: ContinuousClock.Instant
    }

    /// An answer; `nil` leaves the client waiting.
    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers = HTTPHeaders()
        var body = "{}"
    }

    private let script: Mutex<[Answer?]>
    private let received = Mutex<[Export]>([])
    /// Tells of each export.
    let arrivals: AsyncStream<Export>
    private let sink: AsyncStream<Export>.Continuation

    /// - Parameter script: answers in order; the last one is repeated.
    init(_ script: [Answer?]) {
        self.script = Mutex(script)
        (arrivals, sink) = AsyncStream.makeStream()
    }

    /// All that came.
    var exports: [Export] { received.withLock { $0 } }

    /// Serves while `body` runs, which is given the URL.
    func run<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [self] channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(collector: self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/v1/traces")
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    fileprivate func take(_ export: Export) -> Answer? {
        received.withLock { $0.append(export) }
        sink.yield(export)
        return script.withLock { script in script.count > 1 ? script.removeFirst() : script.first ?? nil }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let collector: TestCollector
        private var head: HTTPRequestHead?
        private var body = ""

        init(collector: TestCollector) { self.collector = collector }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, "")
            case .body(let part): body += String(buffer: part)
            case .end:
                guard let head else { return }
                let export = Export(uri: head.uri, headers: head.headers, body: body, at: .now)
                guard let answer = collector.take(export) else { return }
                var headers = answer.headers
                headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.utf8.count)")
                let response = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
                context.write(wrapOutboundOut(.head(response)), promise: nil)
                context.write(
                    wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))),
                    promise: nil
                )
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
