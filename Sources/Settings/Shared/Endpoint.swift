/// A host and a TCP port, written `HOST:PORT`; an IPv6 address stands in brackets.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Host name or numeric address, without brackets.
    public var host: String
    /// TCP port; 0 lets the system choose where listening allows that.
    public var port: UInt16

    /// Joins the two.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Parses `HOST:PORT` or `[IPV6]:PORT`; `nil` if either part is missing or malformed.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let digits = text[text.index(after: colon)...]
        guard Self.isHost(host), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        guard let port = UInt16(digits) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// `HOST:PORT`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether the host stands for every address of the machine, which no peer can dial.
    public var isWildcard: Bool { ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"].contains(host) }

    /// Whether the host stands for this machine alone.
    var isLoopback: Bool {
        host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { "0123456789.".contains($0) })
    }

    /// Whether the text may be a host name or numeric address; an IPv6 address may name its zone.
    static func isHost(_ text: some StringProtocol) -> Bool {
        let isAllowed = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || ".-_:%".utf8.contains(byte)
        }
        return (1...253).contains(text.utf8.count) && text.utf8.allSatisfy(isAllowed)
    }
}
