internal import CLinux

/// One numeric IPv4 or IPv6 address with its port.
struct SocketAddress: CustomStringConvertible, Sendable {
    private static let resolvedLimit = 8

    private var raw: clinux_address

    /// The addresses of a host, in the system's order of preference, at most eight.
    ///
    /// - Parameter isNumeric: true if `host` must be an address, so that the call cannot
    ///   wait for a name server.
    static func resolve(host: String, port: UInt16, isNumeric: Bool) throws(TransportError) -> [SocketAddress]
    {
        var found = [clinux_address](repeating: clinux_address(), count: resolvedLimit)
        var code: Int32 = 0
        let count = clinux_resolve(host, port, isNumeric ? 1 : 0, &found, Int32(found.count), &code)
        guard code == 0, count > 0 else {
            let reason = code == 0 ? "no address" : String(cString: clinux_resolve_error_text(code))
            throw .unresolved(host: host, reason: reason)
        }
        return found.prefix(Int(count)).map(SocketAddress.init(raw:))
    }

    /// The address in the form "127.0.0.1:80" or "[::1]:80".
    var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            withUnsafePointer(to: raw) { clinux_address_text($0, start, buffer.count) }
            return String(cString: start)
        }
    }

    /// The address alone, without port and brackets; one of IPv4 in IPv6's form is written as IPv4's own.
    var host: String {
        let text = description.prefix { $0 != "]" }
        guard text.first == "[" else { return String(text.prefix { $0 != ":" }) }
        let host = text.dropFirst()
        let mapped = "::ffff:"
        return String(host.hasPrefix(mapped) && host.contains(".") ? host.dropFirst(mapped.count) : host)
    }

    /// The address of this side of a connection; `nil` when it is gone.
    static func local(of socket: Int32) -> SocketAddress? {
        var raw = clinux_address()
        return clinux_tcp_local_address(socket, &raw) >= 0 ? SocketAddress(raw: raw) : nil
    }

    /// Opens a listening socket.
    func listen(backlog: Int32) throws(TransportError) -> FileDescriptor {
        let result = withUnsafePointer(to: raw) { clinux_tcp_listen($0, backlog) }
        return try FileDescriptor.owning(result, from: "listening on \(self)")
    }

    /// Starts to connect without waiting; the socket becomes writable when that is decided.
    func connect() throws(TransportError) -> FileDescriptor {
        let result = withUnsafePointer(to: raw) { clinux_tcp_connect($0) }
        return try FileDescriptor.owning(result, from: "connecting to \(self)")
    }

    /// How connecting ended: 0, or an errno.
    static func connectResult(of socket: Int32) -> Int32 { -clinux_tcp_connect_result(socket) }

    /// Accepts one waiting connection; `nil` if none waits any more.
    static func accept(
        from listener: Int32
    ) throws(TransportError) -> (socket: Int32, peer: SocketAddress)? {
        var raw = clinux_address()
        let result = clinux_tcp_accept(listener, &raw)
        if result >= 0 { return (result, SocketAddress(raw: raw)) }
        guard !SystemError.isTransient(-result) else { return nil }
        throw .system(operation: "accept", code: -result)
    }
}
