/// Where a lane goes.
public struct LaneTarget: Hashable, Sendable, CustomStringConvertible {
    /// Name or numeric address.
    public let host: String
    /// The port of the peer's control listener, which serves lanes too.
    public let port: UInt16
    /// Name that the peer's certificate must state; `nil` admits any peer of the own cluster.
    public let expectedPeer: String?

    /// Names a target.
    public init(host: String, port: UInt16, expectedPeer: String?) {
        self.host = host
        self.port = port
        self.expectedPeer = expectedPeer
    }

    /// The form "host:port".
    public var description: String { "\(host):\(port)" }
}
