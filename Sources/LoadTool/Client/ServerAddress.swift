/// Where requests go: the parts of a base URL.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whether connections use TLS.
    public var isSecure: Bool
    /// A name or an address, without brackets.
    public var host: String
    /// A TCP port.
    public var port: Int
    /// What stands before the endpoint's path, without a slash at its end; usually empty.
    public var pathPrefix: String

    /// The parts as they are.
    public init(isSecure: Bool = false, host: String, port: Int, pathPrefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    /// Reads `http://host:port/prefix`; the port is 80 or 443 when it is missing.
    public init(parsing text: String) throws(LoadToolError) {
        let problem = LoadToolError.badURL(text)
        guard let mark = text.range(of: "://") else { throw problem }
        switch text[..<mark.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: throw problem
        }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        var prefix = rest[end...]
        while prefix.last == "/" { prefix.removeLast() }
        guard !prefix.contains(where: { "?# ".contains($0) }) else { throw problem }
        pathPrefix = String(prefix)
        guard let parts = Self.hostAndPort(rest[..<end]) else { throw problem }
        host = parts.host
        port = parts.port ?? (isSecure ? 443 : 80)
    }

    /// The base URL.
    public var description: String { "\(isSecure ? "https" : "http")://\(authority)\(pathPrefix)" }

    /// Host and port as the `Host` header has them.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    private static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let tail = text[text.index(after: end)...]
            if !tail.isEmpty {
                guard tail.first == ":", let number = Int(tail.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
        }
        guard !host.isEmpty, !host.contains(where: { "@ ".contains($0) }), (1...65_535).contains(port ?? 1)
        else { return nil }
        return (String(host), port)
    }
}
