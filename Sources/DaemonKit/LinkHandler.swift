public import ServingTypes
public import Transport
public import Wire

/// Hears what happens on the links of a process, always on the control loop's thread.
public protocol LinkHandler: AnyObject, Sendable {
    /// A link is greeted and may carry messages.
    func linkOpened(_ link: ConnectionID, peer: LinkPeer)

    /// A message arrived that this peer may send; heartbeats and greetings are handled below.
    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer)

    /// A heartbeat arrived, with the peer's engine steps since boot.
    ///
    /// - Parameter roundTrip: if it is the echo of the last heartbeat, how long that took.
    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?)

    /// A link that was opened or dialed is gone; exactly once for each.
    ///
    /// - Parameter peer: `nil` if it was never greeted.
    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError)

    /// A peer opens a bulk lane to this process; `nil` refuses it.
    func laneReceiver(for peer: LinkPeer) -> LaneReceiver?

    /// Engine steps since boot, for heartbeats; 0 without an engine.
    var progress: UInt64 { get }
}
