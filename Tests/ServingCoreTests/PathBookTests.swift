import ServingTypes
import Testing

@testable import ServingCore

@Suite struct PathBookTests {
    static let near = WorkerID(rawValue: "near")
    static let far = WorkerID(rawValue: "far")
    static let mebibyte = 1 << 20

    static func book(_ change: (inout PathSettings) -> Void = { _ in }) -> PathBook {
        var settings = PathSettings()
        change(&settings)
        return PathBook(settings: settings)
    }

    static func at(_ milliseconds: Int) -> Timestamp { .zero + .milliseconds(milliseconds) }

    /// Sends chunks of 1 MiB back to back, one in each `gap` milliseconds, with four in flight.
    static func stream(_ book: inout PathBook, chunks: Int, gap: Int, from start: Int, to peer: WorkerID) {
        book.backlog(true, to: peer, now: at(start))
        for step in 0..<chunks + 4 {
            let now = at(start + step * gap)
            if step >= 4 { book.delivered(mebibyte, to: peer, now: now) }
            if step < chunks { book.queued(mebibyte, to: peer, now: now) }
            book.backlog(step < chunks - 1, to: peer, now: now)
        }
    }

    static func rate(_ book: PathBook, _ peer: WorkerID) -> Double {
        book.reports().first { $0.peer == peer }?.bytesPerSecond ?? 0
    }

    @Test("before any sample the report says 0, and what nobody sent to is not reported")
    func unknown() {
        var book = Self.book()
        book.know(Self.near)
        #expect(book.reports().isEmpty)
        book.queued(100, to: Self.near, now: Self.at(0))
        #expect(book.reports() == [PathReport(peer: Self.near, bytesPerSecond: 0, inFlightBytes: 100)])
        #expect(book.egressInFlightBytes == 100)
    }

    @Test("chunks that wait for the sender never lower the estimate")
    func limitedSamplesOnlyRaise() {
        var book = Self.book()
        book.know(Self.near)
        Self.stream(&book, chunks: 60, gap: 10, from: 0, to: Self.near)
        let before = Self.rate(book, Self.near)
        #expect(abs(before / (100 * Double(Self.mebibyte)) - 1) < 0.05, "\(before)")
        for step in 0..<200 {
            book.queued(Self.mebibyte, to: Self.near, now: Self.at(2_000 + step * 100))
            book.backlog(false, to: Self.near, now: Self.at(2_000 + step * 100))
            if step > 0 { book.delivered(Self.mebibyte, to: Self.near, now: Self.at(2_010 + step * 100)) }
        }
        #expect(Self.rate(book, Self.near) == before)
        #expect((book.reports().first?.recentBytesPerSecond ?? 0) < before / 4)
    }

    @Test("acknowledgements that were held up and come at once show no more than was sent")
    func compressedAcknowledgements() {
        var book = Self.book()
        book.backlog(true, to: Self.near, now: Self.at(0))
        var owed = 0
        for step in 0..<400 {
            let now = Self.at(step * 10)
            book.queued(Self.mebibyte, to: Self.near, now: now)
            book.backlog(true, to: Self.near, now: now)
            owed += step >= 4 ? 1 : 0
            // Every second, the acknowledgements of 300 ms come within one.
            guard step % 100 < 70 || step % 100 == 99 else { continue }
            for index in 0..<owed {
                let moment = now + .microseconds(index * 30)
                book.delivered(Self.mebibyte, to: Self.near, now: moment)
            }
            owed = 0
            let ratio = Self.rate(book, Self.near) / (100 * Double(Self.mebibyte))
            #expect(ratio <= 1.1, "step \(step): \(ratio)")
        }
        let ratio = Self.rate(book, Self.near) / (100 * Double(Self.mebibyte))
        #expect(abs(ratio - 1) <= 0.1)
    }

    @Test("a path far below its setting becomes degraded, and recovers, each reported once")
    func degraded() {
        var book = Self.book { $0.expectedBytesPerSecond = [Self.near: 100 * Double(Self.mebibyte)] }
        book.know(Self.near)
        Self.stream(&book, chunks: 100, gap: 10, from: 0, to: Self.near)
        #expect(book.takeChanges().isEmpty)
        Self.stream(&book, chunks: 100, gap: 40, from: 2_000, to: Self.near)
        let worse = book.takeChanges()
        #expect(worse.map(\.isDegraded) == [true])
        #expect(worse.allSatisfy { $0.peer == Self.near && $0.bytesPerSecond < 50 * Double(Self.mebibyte) })
        #expect(book.takeChanges().isEmpty)
        #expect(book.reports().first?.isDegraded == true)
        Self.stream(&book, chunks: 200, gap: 10, from: 10_000, to: Self.near)
        #expect(book.takeChanges().map(\.isDegraded) == [false])
    }

    @Test("without a setting, the best long run is what is expected")
    func expectedFromLongRun() {
        var book = Self.book()
        Self.stream(&book, chunks: 800, gap: 10, from: 0, to: Self.near)
        let expected = book.reports().first?.expectedBytesPerSecond ?? 0
        #expect(abs(expected / (100 * Double(Self.mebibyte)) - 1) < 0.05)
        Self.stream(&book, chunks: 200, gap: 50, from: 20_000, to: Self.near)
        #expect(book.reports().first?.expectedBytesPerSecond == expected)
        #expect(book.takeChanges().map(\.isDegraded) == [true])
    }

    @Test("bytes that are lost or acknowledged twice leave nothing in flight, and count once")
    func lostAndDuplicate() {
        var book = Self.book()
        for peer in [Self.near, Self.far] { book.queued(3_000, to: peer, now: Self.at(0)) }
        book.delivered(1_000, to: Self.near, now: Self.at(1))
        book.lost(Self.near, now: Self.at(2))
        book.delivered(1_000, to: Self.near, now: Self.at(3))
        book.abandoned(1_000, to: Self.far, now: Self.at(3))
        book.delivered(5_000, to: Self.far, now: Self.at(4))
        #expect(book.egressInFlightBytes == 0)
        let delivered = Dictionary(uniqueKeysWithValues: book.reports().map { ($0.peer, $0.deliveredBytes) })
        #expect(delivered == [Self.near: 1_000, Self.far: 2_000])
        book.queued(10, to: Self.near, now: Self.at(5))
        book.forget(Self.near, now: Self.at(6))
        #expect(book.egressInFlightBytes == 0)
        #expect(book.reports().map(\.peer) == [Self.far])
    }

    @Test("reports are the 256 most recently used paths, the latest first, ties by name")
    func reportsAreBounded() {
        var book = Self.book()
        for index in 0..<300 {
            let peer = WorkerID(rawValue: "w\(1_000 + index)")
            book.queued(1, to: peer, now: Self.at(index / 2))
        }
        let peers = book.reports().map(\.peer.rawValue)
        #expect(peers.count == 256)
        #expect(peers.prefix(4) == ["w1298", "w1299", "w1296", "w1297"])
    }

    @Test("beyond its limit the book drops the idle path that was used longest ago")
    func limit() {
        var book = Self.book { $0.maxPaths = 3 }
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            let peer = WorkerID(rawValue: name)
            book.queued(1, to: peer, now: Self.at(index))
            if name != "a" { book.delivered(1, to: peer, now: Self.at(index)) }
        }
        #expect(book.reports().map(\.peer.rawValue) == ["d", "c", "a"])
    }
}
