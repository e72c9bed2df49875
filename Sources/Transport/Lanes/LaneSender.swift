public import Wire

/// The sending end of a lane: a thread that dials, sends a hello and then what its source gives it.
public final class LaneSender: Sendable {
    private let control: LaneSenderControl
    private let thread: OwnedThread

    /// Starts a lane; it asks its source as soon as it is connected.
    ///
    /// - Parameters:
    ///   - hello: first frame on the lane: tells the peer that this connection is one.
    ///   - source: kept until the lane has ended.
    /// - Throws: ``TransportError/system(operation:code:)`` if the process has no descriptor or thread left.
    ///   What fails later, dialing included, is told to the source.
    public init(
        to target: LaneTarget,
        identity: TLSIdentity,
        hello: Frame,
        configuration: LaneSenderConfiguration = LaneSenderConfiguration(),
        source: any LaneSource
    ) throws(TransportError) {
        let control = try LaneSenderControl()
        self.control = control
        thread = try OwnedThread(name: "lane-sender") {
            let worker = LaneSenderWorker(
                control: control,
                target: target,
                identity: identity,
                configuration: configuration,
                source: source
            )
            worker.run(hello: hello)
        }
    }

    deinit { control.stop() }

    /// Tells the lane that its source has something to send; call it after the source has it.
    ///
    /// The lane asks its source at least once after this call, unless it ends: then
    /// ``LaneSource/laneClosed(unsent:error:)`` comes after this call. Any thread, any number of times; a system
    /// call only if the lane sleeps.
    public func wake() { control.wake() }

    /// How often the sending key was replaced.
    public var keyUpdateCount: Int { control.keyUpdateCount }

    /// Ends the lane when its source has nothing more; does not wait for it.
    public func close() { control.close() }

    /// Ends the lane at once, whatever its thread waits for, and waits for the thread to end.
    ///
    /// A host name being looked up cannot be interrupted. Called from the source, it does not wait.
    public func shutdown() {
        control.stop()
        if !thread.isCurrent { thread.join() }
    }
}
