internal import NIOCore
internal import NIOPosix
internal import ServingTypes
internal import Synchronization

/// An HTTP client for load: event loops with kept connections that send requests at their time.
///
/// One run at a time. Connections are kept from run to run.
final class LoadClient: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let loops: [NIOLoopBoundBox<ClientLoop?>]
    private let target: ClientTarget
    private let limits: ClientLimits
    private let run = Mutex<ClientGate?>(nil)

    /// A client with `threads` event loops.
    init(target: ClientTarget, limits: ClientLimits, threads: Int) {
        precondition(threads > 0, "\(threads) threads")
        (self.target, self.limits) = (target, limits)
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        loops = group.makeIterator().map { .makeEmptyBox(valueType: ClientLoop.self, eventLoop: $0) }
    }

    /// Event loops.
    var loopCount: Int { loops.count }

    /// Starts a run: from here on requests may be added; times of outcomes count from `origin`.
    func begin(gate: ClientGate, origin: Timestamp) throws {
        run.withLock { $0 = gate }
        for box in loops {
            let (target, limits) = (target, limits)
            try box.eventLoop.submit {
                let loop =
                    box.value
                    ?? ClientLoop(eventLoop: box.eventLoop, target: target, limits: limits)
                box.value = loop
                loop.begin(gate: gate, origin: origin)
            }.wait()
        }
    }

    /// Gives requests, in the order in which they are due, to one of the loops.
    func add(_ requests: [OutgoingRequest], to loop: Int) {
        let box = loops[loop]
        box.eventLoop.execute { box.value?.add(requests) }
    }

    /// Sends nothing more; requests in flight go on.
    func stopSending() {
        run.withLock { $0 }?.stop()
        for box in loops { box.eventLoop.execute { box.value?.stopSending() } }
    }

    /// Ends the run; requests still in flight are given up.
    func takeResults() throws -> ClientResults {
        try loops.reduce(ClientResults()) { results, box in
            try results + box.eventLoop.submit { box.value?.takeResults() ?? ClientResults() }.wait()
        }
    }

    /// Closes every connection and ends the threads.
    func shutDown() throws {
        for box in loops {
            try box.eventLoop.submit {
                box.value?.close()
                box.value = nil
            }.wait()
        }
        try group.syncShutdownGracefully()
    }
}
