import DaemonKit
import Logging
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

@testable import ServingCore
@testable import WorkerDaemon

/// A worker that receives lanes over loopback, and a pool that sends to it.
final class LaneBench: Sendable {
    /// What the pool reported, by ticket.
    struct Reports {
        var sent: [UInt64] = []
        var failed: [UInt64: [ServingError]] = [:]
        var failedCount = 0
        var lost: [WorkerRef] = []

        var returned: Int { sent.count + failedCount }
    }

    static let receiver = Made.worker("d1", boot: 8)
    static let place = ChunkPlace(modelDigest: Bytes128(high: 1, low: 2), layout: Made.layout)

    let reports = Watched(Reports())
    let intake: TestIntake
    let pool: LanePool
    private let port: UInt16
    private let hub: LinkHub

    /// - Parameter expectedName: whom the sender expects to find at the receiver's address.
    init(_ behaviour: TestIntake.Behaviour = .take, lanes: Int = 2, blockBytes: Int = 4_096) throws {
        let cluster = try TestCertificates()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let intake = TestIntake(behaviour, blockBytes: blockBytes)
        self.intake = intake
        hub = LinkHub(hello: Self.hello("d1", boot: 8), settings: LinkSettings(), logger: logger)
        try hub.start(identity: cluster.identity("d1", roles: [.decode]), handler: intake)
        port = try hub.listen(host: "127.0.0.1", port: 0, advertisedHost: "127.0.0.1")
        var greeting = Self.hello("p1", boot: 7)
        greeting.purpose = .lane
        let encoded = try Message.hello(greeting).encode()
        var settings = LanePool.Settings()
        settings.lanesPerReceiver = lanes
        let reports = reports
        pool = LanePool(
            settings: settings,
            identity: try cluster.identity("p1", roles: [.prefill]),
            hello: try Frame(type: encoded.type.rawValue, streamID: 0, message: encoded.header),
            logger: logger
        ) { event in
            reports.update { log in
                switch event {
                case .chunkSent(let ticket): log.sent.append(ticket.number)
                case .chunkFailed(let ticket, let error):
                    log.failed[ticket.number, default: []].append(error)
                    log.failedCount += 1
                case .peerLost(let worker): log.lost.append(worker)
                default: Issue.record("\(event)")
                }
            }
        }
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

    /// Queues a chunk whose bytes all have the ticket's number.
    func send(_ number: UInt64, _ chunk: KVChunk, bytes: Int, to worker: WorkerRef = receiver) {
        let memory = TestPayload(byte: UInt8(truncatingIfNeeded: number), count: bytes)
        let ticket = ChunkTicket(
            number: number,
            receiver: worker,
            blocks: [BlockIndex(rawValue: 0)],
            bytes: bytes,
            attempt: chunk.attempt
        )
        let parcel = LaneChunk(
            token: number,
            type: MessageType.chunk.rawValue,
            streamID: 0,
            payload: [memory.bytes],
            checksumStart: Self.place.checksumStart(of: chunk)
        ) { checksum in
            _ = memory  // Lives as long as the chunk.
            var chunk = chunk
            chunk.checksum = checksum
            do throws(WireError) {
                return try Message.chunk(chunk).encode().header
            } catch {
                Issue.record("\(error)")
                return []
            }
        }
        let address = WorkerAddress(worker: worker, host: "127.0.0.1", port: port)
        pool.send(LanePool.Parcel(ticket: ticket, chunk: parcel), to: address)
    }

    /// Every ticket came back exactly once.
    func expectReturned(_ tickets: ClosedRange<UInt64>) {
        #expect(reports.wait { $0.returned >= tickets.count })
        let log = reports.current
        #expect((log.sent + log.failed.keys).sorted() == Array(tickets))
        #expect(log.failed.values.allSatisfy { $0.count == 1 })
    }

    func shutdown() {
        pool.shutdown()
        intake.shutdown()
        hub.shutdown()
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
