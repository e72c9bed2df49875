import DaemonKit
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

@testable import KVCache
@testable import ServingCore
@testable import WorkerDaemon

/// A worker that receives lanes over loopback, and a pool that sends to it what a list holds.
final class LaneBench: Sendable {
    static let receiver = Made.worker("d1", boot: 8)
    static let place = ChunkPlace(modelDigest: Bytes128(high: 1, low: 2), layout: Made.layout)
    static let content = KVContentMark(rawValue: 7)

    let work = ListedWork()
    let intake: TestIntake
    let pool: LanePool
    private let port: UInt16
    private let hub: LinkHub

    init(
        _ behaviour: TestIntake.Behaviour = .take,
        lanes: Int = 2,
        blockBytes: Int = 4_096,
        idleTimeout: Duration = .seconds(60)
    ) throws {
        let cluster = try TestCertificates()
        let intake = TestIntake(behaviour, blockBytes: blockBytes)
        self.intake = intake
        hub = LinkHub(hello: Self.hello("d1", boot: 8), settings: LinkSettings(), logger: Made.logger)
        try hub.start(identity: cluster.identity("d1", roles: [.decode]), handler: intake)
        port = try hub.listen(host: "127.0.0.1", port: 0, advertisedHost: "127.0.0.1")
        var greeting = Self.hello("p1", boot: 7)
        greeting.purpose = .lane
        let encoded = try Message.hello(greeting).encode()
        var settings = LanePool.Settings()
        settings.lanes = lanes
        settings.maxLanes = lanes
        settings.retryPause = .milliseconds(1)
        settings.lane.idleTimeout = idleTimeout
        pool = LanePool(
            settings: settings,
            identity: try cluster.identity("p1", roles: [.prefill]),
            hello: try Frame(type: encoded.type.rawValue, streamID: 0, message: encoded.header),
            logger: Made.logger,
            source: work
        ) { [hub] delay, body in hub.schedule(after: delay, body) }
    }

    private static func hello(_ name: String, boot: UInt64) -> Hello {
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: name,
            incarnation: Incarnation(rawValue: boot),
            cluster: "lab"
        )
        hello.modelDigest = Bytes128(high: 1, low: 2)
        hello.layout = Made.layout
        hello.numericsClass = "class"
        hello.codecs = ["raw"]
        hello.listener = Hello.Listener(host: "127.0.0.1", port: 1)
        return hello
    }

    /// Adds a chunk for whichever lane asks next.
    func add(_ chunk: KVChunk, bytes: Int) { work.add(chunk, bytes: bytes) }

    func wake(_ worker: WorkerRef = receiver) {
        pool.wake(WorkerAddress(worker: worker, host: "127.0.0.1", port: port))
    }

    func shutdown() {
        pool.shutdown()
        intake.shutdown()
        hub.shutdown()
    }
}

/// A list of chunks that lanes take one by one, and what they tell of them.
final class ListedWork: LaneWorkSource {
    struct Log {
        var taken = 0
        var finished: [UInt64] = []
        var unsent: [UInt64] = []
        var closed: [(lane: UInt64, isBroken: Bool)] = []
        var failed: [ServingError] = []
    }

    let log = Watched(Log())
    /// Whether chunks of a broken lane wait again.
    let isRepeating = Watched(false)
    private let waiting = Watched<[(chunk: KVChunk, bytes: Int)]>([])
    private let taken = Watched<[UInt64: [(chunk: KVChunk, bytes: Int)]]>([:])

    func add(_ chunk: KVChunk, bytes: Int) { waiting.update { $0.append((chunk, bytes)) } }

    func nextWork(
        to receiver: WorkerRef,
        lane: UInt64,
        after finished: (tickets: [ChunkTicket], wireBytes: Int)?
    ) -> LaneAssignment {
        if let finished { self.finished(finished.tickets, wireBytes: finished.wireBytes) }
        let (next, hasMore) = waiting.update { list in
            (list.isEmpty ? nil : list.removeFirst(), !list.isEmpty)
        }
        guard let next else { return LaneAssignment() }
        taken.update { $0[lane, default: []].append(next) }
        let number = log.update { log in
            log.taken += 1
            return UInt64(log.taken)
        }
        let ticket = ChunkTicket(
            number: number,
            receiver: receiver,
            lane: lane,
            transfer: next.chunk.transfer,
            chunkNumber: next.chunk.number,
            blocks: [],
            content: LaneBench.content,
            bytes: next.bytes
        )
        let memory = TestPayload(byte: UInt8(truncatingIfNeeded: number), count: next.bytes)
        let chunk = LaneChunk(
            token: number,
            type: MessageType.chunks.rawValue,
            streamID: 0,
            payload: .parts([
                LanePart(
                    [memory.bytes],
                    checksumStart: LaneBench.place.checksumStart(of: next.chunk, content: LaneBench.content)
                )
            ])
        ) { checksums, _ in
            _ = memory  // Lives as long as the chunk.
            var chunk = next.chunk
            chunk.checksum = checksums[0]
            do throws(WireError) {
                return try Message.chunks([chunk]).encode().header
            } catch {
                Issue.record("\(error)")
                return []
            }
        }
        return LaneAssignment(chunk: chunk, tickets: [ticket], hasMore: hasMore)
    }

    func finished(_ tickets: [ChunkTicket], wireBytes: Int) {
        #expect(wireBytes == tickets.reduce(0) { $0 + $1.bytes })
        log.update { $0.finished += tickets.map(\.number) }
    }

    func hasWork(to receiver: WorkerRef) -> Bool { !waiting.current.isEmpty }

    func laneClosed(_ lane: UInt64, to receiver: WorkerRef, unsent: [ChunkTicket], isBroken: Bool) {
        let lost = taken.update { $0.removeValue(forKey: lane) ?? [] }
        if isBroken, isRepeating.current { waiting.update { $0 += lost } }
        log.update { log in
            log.unsent += unsent.map(\.number)
            log.closed.append((lane, isBroken))
        }
    }

    func lanesFailed(to receiver: WorkerRef, _ error: ServingError) {
        log.update { $0.failed.append(error) }
    }
}

/// Bytes at a fixed address.
private final class TestPayload: @unchecked Sendable {
    // Proof: written in init only.
    let bytes: UnsafeRawBufferPointer

    init(byte: UInt8, count: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: byte)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }
}
