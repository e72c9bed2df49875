internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import ServingTypes

/// Where and how requests are sent: an address, a path, headers, TLS.
struct ClientTarget: Sendable {
    let server: ServerAddress
    let socketAddress: SocketAddress
    /// Path of the endpoint, the server's prefix included.
    let path: String
    /// Headers of every request, in the order in which they are sent.
    let headers: HTTPHeaders
    private let secure: NIOSSLContext?

    init(
        server: ServerAddress,
        socketAddress: SocketAddress,
        endpoint: String,
        headers: [(String, String)],
        trust: ServerTrust
    ) throws(LoadToolError) {
        self.server = server
        self.socketAddress = socketAddress
        path = server.pathPrefix + endpoint
        var fields = HTTPHeaders([("Host", server.authority)])
        for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
        self.headers = fields
        secure = server.isSecure ? try trust.context() : nil
    }

    func head(for request: OutgoingRequest) -> HTTPRequestHead {
        var fields = headers
        for header in request.labels.headers { fields.replaceOrAdd(name: header.name, value: header.value) }
        fields.replaceOrAdd(name: "Content-Length", value: String(request.body.readableBytes))
        fields.replaceOrAdd(name: "X-Request-Id", value: request.requestID)
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: fields)
    }

    /// Puts the handlers of a connection together: what reads the clock stands next to the socket.
    func prepare(_ channel: any Channel, for connection: ClientConnection) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(connection.stamp)
        try addTLS(to: pipeline)
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(connection)
    }

    /// Adds the handler of TLS, if the server speaks it; a name, but no address, is told to the server.
    func addTLS(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        guard let secure else { return }
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
        try pipeline.addHandler(
            NIOSSLClientHandler(context: secure, serverHostname: isAddress ? nil : server.host)
        )
    }

    /// Why a connection could not be made.
    func failure(_ error: any Error, _ limits: ClientLimits) -> ClientFailure {
        switch error {
        case ChannelError.connectTimeout: .timedOut(.connect, after: limits.connect)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            .refused("nobody listens on \(place)")
        default: .notConnected("\(error)")
        }
    }

    /// The address as people write it.
    private var place: String {
        let host = socketAddress.ipAddress ?? server.host
        return ServerAddress(host: host, port: socketAddress.port ?? server.port).authority
    }

    /// The addresses of a host, in the system's order.
    static func resolve(_ server: ServerAddress) throws(LoadToolError) -> [SocketAddress] {
        if let address = try? SocketAddress(ipAddress: server.host, port: server.port) { return [address] }
        return try HostNames.addresses(of: server.host, port: server.port)
    }
}
