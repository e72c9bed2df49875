/// Why the router's shell gave a request up.
public enum CancelReason: UInt8, Hashable, Sendable {
    /// The client closed its connection, or did not read for too long.
    case clientGone = 1
    /// The text holds a stop string: the answer is complete for the client.
    case stopString = 2
    /// The request's time limit passed.
    case deadline = 3
    /// The router is stopping.
    case shutdown = 4
}
