import ServingTypes
import Testing

@testable import ServingCore

@Suite struct PrefillClassesTests {
    /// Classes that have seen prompts of both kinds.
    static func mixed(_ settings: PrefillClassSettings = PrefillClassSettings()) -> PrefillClasses {
        var classes = PrefillClasses(settings: settings)
        classes.step([pressure("p0")], now: .zero)
        feed(&classes)
        return classes
    }

    static func feed(_ classes: inout PrefillClasses, short: Int = 30, long: Int = 10) {
        for _ in 0..<short { classes.note(newTokens: 10) }
        for _ in 0..<long { classes.note(newTokens: 10_000) }
    }

    static func pressure(_ name: String, queue: Double = 0, knee: Double = 300) -> PrefillPressure {
        var pressure = PrefillPressure(worker: WorkerID(rawValue: name))
        (pressure.queueSeconds, pressure.kneeTokens) = (queue, knee)
        return pressure
    }

    /// Workers whose queue follows from their class.
    static func workers(
        _ count: Int,
        _ classes: PrefillClasses,
        short: Double,
        long: Double
    ) -> [PrefillPressure] {
        (0..<count).map { index in
            let name = "p\(index)"
            let kind = classes.prefillClass(of: WorkerID(rawValue: name)).kind
            return pressure(name, queue: kind == .short ? short : kind == .long ? long : 0)
        }
    }

    static func count(_ kind: PrefillClassKind, of total: Int, in classes: PrefillClasses) -> Int {
        (0..<total).count { classes.prefillClass(of: WorkerID(rawValue: "p\($0)")).kind == kind }
    }

    @Test(arguments: [
        (PrefillClass.any, 10_000, 0.0),
        (PrefillClass(kind: .short, shortTokens: 300, penaltySeconds: 2), 300, 0),
        (PrefillClass(kind: .short, shortTokens: 300, penaltySeconds: 2), 301, 2),
        (PrefillClass(kind: .long, shortTokens: 300, penaltySeconds: 2), 300, 2),
        (PrefillClass(kind: .long, shortTokens: 300, penaltySeconds: 2), 301, 0),
    ])
    func `a prompt of the other class is charged and never refused`(
        of: PrefillClass,
        tokens: Int,
        charge: Double
    ) {
        #expect(of.penalty(newTokens: tokens) == charge)
    }

    @Test func `few workers share, and lose their classes when they become few`() {
        var classes = Self.mixed()
        classes.step([Self.pressure("p0"), Self.pressure("p1")], now: .zero)
        #expect(classes.shortTokens == nil && Self.count(.any, of: 2, in: classes) == 2)
        classes.step((0..<3).map { Self.pressure("p\($0)") }, now: .zero + .seconds(1))
        #expect(classes.shortTokens == 300)
        #expect(Self.count(.short, of: 3, in: classes) == 2 && Self.count(.long, of: 3, in: classes) == 1)
        classes.step([Self.pressure("p0"), Self.pressure("p1")], now: .zero + .seconds(2))
        #expect(Self.count(.any, of: 2, in: classes) == 2)
        var off = PrefillClassSettings()
        off.isOn = false
        classes = Self.mixed(off)
        classes.step((0..<9).map { Self.pressure("p\($0)") }, now: .zero)
        #expect(classes.shortTokens == nil)
    }

    @Test(arguments: [(Double.nan, nil), (0, nil), (10, 64), (300, 300), (1e9, 8_192)] as [(Double, Int?)])
    func `the boundary is the workers' knee within bounds`(knee: Double, expected: Int?) {
        var classes = Self.mixed()
        let workers = (0..<3).map { Self.pressure("p\($0)", knee: knee) }
        classes.step(workers, now: .zero)
        #expect(classes.shortTokens == expected)
    }

    @Test
    func `one worker at a time moves to the class under pressure, after the cool-down, and not the last one`()
    {
        var classes = Self.mixed()
        var moves: [Int] = []
        for second in 0...200 {
            let before = classes.moves
            Self.feed(&classes)
            classes.step(Self.workers(8, classes, short: 0.1, long: 2), now: .zero + .seconds(second))
            if classes.moves > before { moves.append(second) }
        }
        #expect(moves.count == 3 && Self.count(.short, of: 8, in: classes) == 1)
        #expect(zip(moves, moves.dropFirst()).allSatisfy { $1 - $0 >= 20 }, "\(moves)")
    }

    @Test func `without prompts of both classes nothing is divided, and soon not any more`() {
        var classes = PrefillClasses(settings: PrefillClassSettings())
        let workers = (0..<4).map { Self.pressure("p\($0)") }
        for second in 0..<20 {
            Self.feed(&classes, short: 50, long: 0)
            classes.step(workers, now: .zero + .seconds(second))
        }
        #expect(classes.shortTokens == nil)
        for second in 20..<60 {
            Self.feed(&classes, short: 40, long: 10)
            classes.step(workers, now: .zero + .seconds(second))
        }
        #expect(classes.shortTokens == 300)
        for second in 60..<1_000 {
            Self.feed(&classes, short: 50, long: 0)
            classes.step(workers, now: .zero + .seconds(second))
        }
        #expect(classes.shortTokens == nil && Self.count(.any, of: 4, in: classes) == 4)
    }

    @Test func `a difference below the threshold moves nobody`() {
        var classes = Self.mixed()
        for second in 0...300 {
            Self.feed(&classes)
            classes.step(Self.workers(6, classes, short: 1, long: 1.25), now: .zero + .seconds(second))
        }
        #expect(classes.moves == 0)
    }

    /// A class's queue is its load over its workers: the division settles where the two are nearest.
    @Test(arguments: UInt64(0)..<80)
    func `the division settles, with at least one worker each, whatever the order of the workers`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let total = random.int(in: 3...14)
        let (short, long) = (Double(random.int(in: 1...100)) / 10, Double(random.int(in: 1...100)) / 10)
        var classes = Self.mixed()
        var twin = classes
        var lastMove = 0
        for second in 0...2_000 {
            let counts = (
                Self.count(.short, of: total, in: classes), Self.count(.long, of: total, in: classes)
            )
            let workers = Self.workers(
                total,
                classes,
                short: short / Double(max(1, counts.0)),
                long: long / Double(max(1, counts.1))
            )
            let before = classes.moves
            Self.feed(&classes)
            Self.feed(&twin)
            classes.step(workers, now: .zero + .seconds(second))
            twin.step(workers.reversed(), now: .zero + .seconds(second))
            if classes.moves > before { lastMove = second }
            for index in 0..<total {
                let id = WorkerID(rawValue: "p\(index)")
                #expect(classes.prefillClass(of: id) == twin.prefillClass(of: id), "seed \(seed)")
            }
        }
        let counts = (Self.count(.short, of: total, in: classes), Self.count(.long, of: total, in: classes))
        #expect(counts.0 >= 1 && counts.1 >= 1 && counts.0 + counts.1 == total, "seed \(seed)")
        #expect(classes.moves <= total && lastMove <= 20 * total, "seed \(seed): \(classes.moves) moves")
        let high = max(short / Double(counts.0), long / Double(counts.1))
        let best = (1..<total).map { max(short / Double($0), long / Double(total - $0)) }.min() ?? high
        #expect(high <= 2 * best + 0.1, "seed \(seed): \(high) instead of \(best), last move \(lastMove)")
    }
}
