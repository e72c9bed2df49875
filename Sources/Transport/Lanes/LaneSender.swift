internal import CLinux
import Synchronization
public import Wire

/// The sending end of a lane: a thread that dials, sends a hello and then chunks straight from their memory.
public final class LaneSender: Sendable {
    private let queue: LaneQueue
    private let control: LaneSenderControl
    private let thread: OwnedThread

    /// Starts a lane; chunks may be queued at once.
    ///
    /// - Parameters:
    ///   - hello: first frame on the lane: tells the peer that this connection is one.
    ///   - delegate: kept until the lane has ended.
    /// - Throws: ``TransportError/system(operation:code:)`` if the process has no descriptor or thread left.
    ///   What fails later, dialing included, is told to the delegate.
    public init(
        to target: LaneTarget,
        identity: TLSIdentity,
        hello: Frame,
        configuration: LaneSenderConfiguration = LaneSenderConfiguration(),
        delegate: any LaneSenderDelegate
    ) throws(TransportError) {
        let queue = LaneQueue(limit: configuration.queueLimit)
        let control = try LaneSenderControl()
        self.queue = queue
        self.control = control
        thread = try OwnedThread(name: "lane-sender") {
            let worker = LaneSenderWorker(
                queue: queue,
                control: control,
                target: target,
                identity: identity,
                configuration: configuration,
                delegate: delegate
            )
            worker.run(hello: hello)
        }
    }

    deinit { stop() }

    /// Queues a chunk; chunks leave in the order of these calls.
    ///
    /// - Throws: ``TransportError/queueFull(limit:)``, ``TransportError/frame(_:)`` if the payload is too
    ///   large, or why the lane ended. The chunk's memory then stays the caller's.
    public func enqueue(_ chunk: LaneChunk) throws(TransportError) {
        let payloadBytes = chunk.payload.reduce(0) { $0 + $1.count }
        guard payloadBytes <= FrameHeader.payloadLimit else {
            throw .frame(.payloadTooLarge(bytes: payloadBytes, limit: FrameHeader.payloadLimit))
        }
        try queue.append(chunk)
        control.wake.signal()
    }

    /// How often the sending key was replaced.
    public var keyUpdateCount: Int { control.keyUpdateCount }

    /// Ends the lane when what is queued was sent; does not wait for it.
    public func close() {
        queue.close(isStopped: false)
        control.wake.signal()
    }

    /// Ends the lane at once, whatever its thread waits for, and waits for the thread to end.
    ///
    /// A host name being looked up cannot be interrupted. Called from the delegate, it does not wait.
    public func shutdown() {
        stop()
        if !thread.isCurrent { thread.join() }
    }

    private func stop() {
        queue.close(isStopped: true)
        control.interrupt()
    }
}
