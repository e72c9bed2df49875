import TestSupport
import Transport

/// A lane and its source: gives what a test has queued and records what the lane reports.
final class TestLane: LaneSource {
    struct Log {
        var isOpened = false
        var waiting: [LaneChunk] = []
        var questionCount = 0
        /// The question with which the last chunk was reported finished.
        var lastFinish = 0
        /// Questions to which the answer is "nothing", whatever waits.
        var silentQuestions: Set<Int> = []
        var finished: [LaneFinished] = []
        var unsent: UInt64?
        var closed: TransportError??

        var sentTokens: [UInt64] { finished.map(\.token) }
    }

    let log = Watched(Log())
    private let lane = Watched<LaneSender?>(nil)

    var sender: LaneSender {
        get throws {
            guard let sender = lane.current else { throw TransportError.notConnected }
            return sender
        }
    }

    func open(_ make: (TestLane) throws -> LaneSender) rethrows {
        let sender = try make(self)
        lane.update { $0 = sender }
    }

    /// Queues chunks and wakes the lane once.
    func send(_ chunks: [LaneChunk]) {
        log.update { $0.waiting += chunks }
        lane.current?.wake()
    }

    func laneOpened(peer: PeerIdentity) { log.update { $0.isOpened = true } }

    func nextChunk(after finished: LaneFinished?) -> LaneChunk? {
        log.update { log in
            log.questionCount += 1
            if let finished {
                log.finished.append(finished)
                log.lastFinish = log.questionCount
            }
            guard !log.waiting.isEmpty, !log.silentQuestions.contains(log.questionCount) else { return nil }
            return log.waiting.removeFirst()
        }
    }

    func laneClosed(unsent: UInt64?, error: TransportError?) {
        log.update { log in
            log.unsent = unsent
            log.closed = .some(error)
        }
    }
}
