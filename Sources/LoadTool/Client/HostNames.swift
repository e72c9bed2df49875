internal import Glibc
internal import NIOCore

/// Looks up host names by the system's resolver.
enum HostNames {
    /// The addresses of a name, in the system's order; waits for the resolver.
    ///
    /// - Throws: ``LoadToolError/unknownHost(_:_:)``.
    static func addresses(of host: String, port: Int) throws(LoadToolError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw .unknownHost(host, String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let address = address(current.pointee) { addresses.append(address) }
            entry = current.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw .unknownHost(host, "it has no IPv4 or IPv6 address") }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> SocketAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET: return SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: return SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}
