import Dispatch
import GRDB
import ServingTypes
import Synchronization
import Testing

@testable import Recording

/// What the background writer does when all is well, when too much comes, and when the disk is full.
@Suite struct DecisionWriterTests {
    /// What a writer said.
    private final class Events: Sendable {
        private let seen = Mutex<[String]>([])

        func note(_ event: DecisionWriter.Event) {
            let words =
                switch event {
                case .written(let count): "written \(count)"
                case .overflowed(let count): "overflowed \(count)"
                case .discarded(let count): "discarded \(count)"
                case .failed(let error, let lost): "failed \(error), lost \(lost)"
                }
            seen.withLock { $0.append(words) }
        }

        var all: [String] { seen.withLock { $0 } }
    }

    private static func writer(_ store: DecisionStore, limit: Int, _ events: Events) -> DecisionWriter {
        DecisionWriter(
            store: store,
            retention: DecisionStoreTests.always,
            limit: limit,
            interval: .seconds(3_600),
            unixMilliseconds: { 1_000 },
            onEvent: events.note
        )
    }

    @Test func `what waits is written together, and what is too much is dropped`() throws {
        try DecisionStoreTests.withPath { path in
            let (store, events) = (try DecisionStore(path: path), Events())
            let writer = Self.writer(store, limit: 3, events)
            for number in 1...5 { writer.add { DecisionStoreTests.decision(number) } }
            #expect(events.all == ["overflowed 1", "overflowed 1"])
            writer.flush()
            #expect(events.all.last == "written 3")
            writer.add { DecisionStoreTests.decision(6) }
            writer.flush()
            #expect(try store.latest(9).map(\.request) == ["id-6", "id-3", "id-2", "id-1"])
        }
    }

    @Test func `a full disk ends the recording once, and what was written stays`() throws {
        try DecisionStoreTests.withPath { path in
            let (store, events) = (try DecisionStore(path: path), Events())
            let writer = Self.writer(store, limit: 1_000, events)
            writer.add { DecisionStoreTests.decision(1) }
            writer.flush()
            // SQLite answers as it does without room on the disk.
            _ = try store.pool.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA max_page_count = 20")
            }
            for number in 2...200 { writer.add { DecisionStoreTests.decision(number) } }
            writer.flush()
            writer.add { DecisionStoreTests.decision(999) }
            writer.flush()
            let full = "failed \(RecordingError.diskFull(path: path)), lost 199"
            #expect(events.all == ["written 1", full, "discarded 1"])
            #expect(try store.latest(9).map(\.request) == ["id-1"])
        }
    }

    @Test func `the first that comes is written without being asked for`() throws {
        try DecisionStoreTests.withPath { path in
            let (store, written) = (try DecisionStore(path: path), DispatchSemaphore(value: 0))
            let writer = DecisionWriter(
                store: store,
                retention: DecisionStoreTests.always,
                interval: .milliseconds(1),
                unixMilliseconds: { 1_000 },
                onEvent: { if case .written(1) = $0 { written.signal() } }
            )
            writer.add { DecisionStoreTests.decision(1) }
            #expect(written.wait(timeout: .now() + .seconds(60)) == .success)
            #expect(try store.latest(9).map(\.request) == ["id-1"])
        }
    }
}
