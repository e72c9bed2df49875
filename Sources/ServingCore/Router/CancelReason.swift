/// Why the router's shell gave a request up.
public enum CancelReason: UInt8, Hashable, Sendable {
    /// The client closed its connection.
    case clientGone = 1
    /// The text holds a stop string: the answer is complete for the client.
    case stopString = 2
    /// The client did not read for too long.
    case slowClient = 3
    /// The client's own time limit passed.
    case deadline = 4
    /// The router is stopping.
    case shutdown = 5
}
