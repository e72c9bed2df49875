internal import ServingTypes

/// What other threads ask of the loop's thread.
enum ControlCommand: Sendable {
    case listen(id: UInt64, ListeningSocket)
    case dial(ConnectionID, DialTarget, deadline: Timestamp)
    case resolved(ConnectionID, Result<[SocketAddress], TransportError>)
    case close(ConnectionID, TransportError?)
    case schedule(TimerID, deadline: Timestamp, @Sendable () -> Void)
    case cancel(TimerID)
}
