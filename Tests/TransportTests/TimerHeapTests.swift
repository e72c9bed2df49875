import ServingTypes
import Testing

@testable import Transport

@Suite struct TimerHeapTests {
    @Test(arguments: [1, 2, 3, UInt64.random(in: .min ... .max)])
    func `actions come in order of time, then of insertion, unless cancelled`(seed: UInt64) {
        var state = seed
        func draw(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var heap = TimerHeap<Int>()
        var expected: [(deadline: Int64, action: Int)] = []
        for action in 0..<500 {
            let deadline = Int64(draw(100))
            heap.add(id: UInt64(action), deadline: Timestamp(nanoseconds: deadline), action)
            expected.append((deadline, action))
            if draw(3) == 0 {
                let victim = expected.remove(at: Int(draw(UInt64(expected.count))))
                heap.cancel(id: UInt64(victim.action))
            }
        }
        expected.sort { ($0.deadline, $0.action) < ($1.deadline, $1.action) }
        var popped: [Int] = []
        for moment in 0..<100 {
            let now = Timestamp(nanoseconds: Int64(moment))
            while let action = heap.popDue(now: now) { popped.append(action) }
            #expect((heap.nextDeadline() ?? .init(nanoseconds: .max)) > now)
        }
        #expect(popped == expected.map(\.action), "seed \(seed)")
    }
}
