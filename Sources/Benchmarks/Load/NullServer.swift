internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// An OpenAI-style server without a model: its answers come at exactly known times, which it also tells (`GET /stamps`).
///
/// It listens on the loopback interface only.
public final class NullServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    /// Where it listens.
    public let port: Int

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, port: Int) {
        (self.group, self.channel, self.port) = (group, channel, port)
    }

    /// Starts a server.
    ///
    /// - Throws: the system's error when the port cannot be taken.
    public static func start(_ settings: NullServerSettings) throws -> NullServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let book = NullStampBook()
        do {
            let channel = try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 4_096)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        let connection = NullConnection(settings: settings, book: book)
                        try pipeline.addHandler(connection.stamp)
                        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                        try pipeline.addHandler(connection)
                    }
                }
                .bind(host: "127.0.0.1", port: settings.port).wait()
            guard let port = channel.localAddress?.port else {
                throw BenchFailure("the listener has no port")
            }
            return NullServer(group: group, channel: channel, port: port)
        } catch {
            try group.syncShutdownGracefully()
            throw error
        }
    }

    /// Waits until the server is stopped.
    func wait() throws { try channel.closeFuture.wait() }

    /// Closes the listener and every connection.
    public func stop() throws {
        try channel.close().wait()
        try group.syncShutdownGracefully()
    }
}
