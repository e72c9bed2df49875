internal import CLinux

/// A socket that accepts connections.
final class ListeningSocket: Sendable {
    private static let backlog: Int32 = 256

    private let descriptor: FileDescriptor
    /// Port that it is bound to.
    let port: UInt16

    /// Listens on every address of `host`, on the same port.
    ///
    /// - Parameter port: 0 lets the system choose.
    static func open(host: String, port: UInt16) throws(TransportError) -> [ListeningSocket] {
        let first = try ListeningSocket(SocketAddress.resolve(host: host, port: port, isNumeric: false)[0])
        let addresses = try SocketAddress.resolve(host: host, port: first.port, isNumeric: false)
        var sockets = [first]
        for address in addresses.dropFirst() { sockets.append(try ListeningSocket(address)) }
        return sockets
    }

    private init(_ address: SocketAddress) throws(TransportError) {
        descriptor = try address.listen(backlog: Self.backlog)
        let port = clinux_tcp_local_port(descriptor.number)
        guard port > 0 else { throw .system(operation: "reading the port of \(address)", code: -port) }
        self.port = UInt16(port)
    }

    var number: Int32 { descriptor.number }
}
