import NIOCore
import NIOPosix
import NIOSSL

/// A raw HTTP/1.1 client connection, so that tests see bytes and decide when to read and when to leave.
final class TestConnection {
    struct Head: Equatable {
        var status: Int
        var headers: [String: String]
    }

    struct Answer {
        var head: Head
        var body: String
    }

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var pending = ByteBuffer()

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, runs `body` and closes.
    ///
    /// - Parameters:
    ///   - tls: the context of an HTTPS client.
    ///   - onCertificate: sees the server's certificate, and takes any.
    static func open<Result: Sendable>(
        port: Int,
        tls: NIOSSLContext? = nil,
        onCertificate: (@Sendable (NIOSSLCertificate) -> Void)? = nil,
        _ body: (TestConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try client(tls, onCertificate)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(TestConnection(inbound, outbound))
        }
    }

    private static func client(
        _ context: NIOSSLContext,
        _ onCertificate: (@Sendable (NIOSSLCertificate) -> Void)?
    ) throws -> NIOSSLClientHandler {
        guard let onCertificate else { return try NIOSSLClientHandler(context: context, serverHostname: nil) }
        return try NIOSSLClientHandler(context: context, serverHostname: nil) { certificates, promise in
            if let first = certificates.first { onCertificate(first) }
            promise.succeed(.certificateVerified)
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(_ method: String, _ path: String, body: String? = nil, headers: [String] = []) async throws {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: test"] + headers
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    /// Sends a request and reads its whole answer.
    func ask(
        _ method: String,
        _ path: String,
        body: String? = nil,
        headers: [String] = []
    ) async throws -> Answer {
        try await send(method, path, body: body, headers: headers)
        let head = try await readHead()
        guard method != "HEAD" else { return Answer(head: head, body: "") }
        return Answer(head: head, body: try await readBody(head))
    }

    func readHead() async throws -> Head {
        let status = try await line()
        var headers: [String: String] = [:]
        while case let line = try await line(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        return Head(status: Int(status.split(separator: " ")[1]) ?? 0, headers: headers)
    }

    func readBody(_ head: Head) async throws -> String {
        if let length = head.headers["content-length"].flatMap({ Int($0) }) { return try await bytes(length) }
        var body = ""
        while let chunk = try await readChunk() { body += chunk }
        return body
    }

    /// The next chunk of a chunked body; `nil` at its end.
    func readChunk() async throws -> String? {
        let length = Int(try await line(), radix: 16) ?? 0
        let chunk = try await bytes(length)
        _ = try await line()
        return length > 0 ? chunk : nil
    }

    private func line() async throws -> String {
        while true {
            if let end = pending.readableBytesView.firstIndex(of: 0x0A) {
                let line = try await bytes(end - pending.readerIndex + 1)
                return String(line.prefix { $0 != "\r\n" })
            }
            try await receive()
        }
    }

    private func bytes(_ count: Int) async throws -> String {
        while pending.readableBytes < count { try await receive() }
        return pending.readString(length: count) ?? ""
    }

    private func receive() async throws {
        guard var more = try await inbound.next() else { throw ChannelError.eof }
        pending.writeBuffer(&more)
    }
}
