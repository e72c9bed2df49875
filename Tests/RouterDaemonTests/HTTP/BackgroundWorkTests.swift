import Glibc
import Synchronization
import Testing

@testable import AdminHTTP

@Suite struct BackgroundWorkTests {
    @Test func `work is done one at a time, on threads that let others go first`() async {
        let process = __priority_which_t(PRIO_PROCESS.rawValue)
        let running = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let work = BackgroundWork {
            let now = running.wrappingAdd(1, ordering: .relaxed).newValue
            most.max(now, ordering: .relaxed)
            defer { running.wrappingSubtract(1, ordering: .relaxed) }
            for _ in 0..<1_000 { sched_yield() }
            return [UInt8(max(0, getpriority(process, 0)))]
        }
        let results = await withTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { await work.result() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: [10], count: 8))
        #expect(most.load(ordering: .relaxed) == 1)
        #expect(getpriority(process, 0) < 10, "the caller keeps its place")
    }
}
