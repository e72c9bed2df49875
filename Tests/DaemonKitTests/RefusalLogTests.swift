import ServingTypes
import Testing

@testable import DaemonKit

/// Anybody can cause refusals; nobody fills the log with them.
@Suite struct RefusalLogTests {
    @Test func `at most one line a second, and none is uncounted`() {
        let steps: [(milliseconds: Int64, line: Int?)] = [
            (5_000, 1), (5_400, nil), (5_999, nil), (6_000, 3), (6_001, nil), (60_000, 2), (61_000, 1),
        ]
        var log = RefusalLog()
        for (milliseconds, line) in steps {
            #expect(
                log.note(now: Timestamp(nanoseconds: milliseconds * 1_000_000)) == line,
                "at \(milliseconds) ms"
            )
        }
    }
}
