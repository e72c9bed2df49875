internal import Dispatch
internal import Glibc
internal import NIOCore
internal import ServingTypes
internal import Synchronization

/// Makes the faults of one run at their times, notes when that was, and takes limits away at the end.
final class FaultSchedule: Sendable {
    private struct State {
        /// What was done, with the moment, by option.
        var done: [String: [String]] = [:]
        var problems: [String] = []
        var limited: [NetworkInterface] = []
        var isOver = false
    }

    private let faults: [Fault]
    private let control: TrafficControl?
    private let queue = DispatchQueue(label: "baton-load.faults")
    private let state = Mutex(State())

    /// Checks that everything named is there, so that a run does not end in a surprise.
    ///
    /// - Throws: ``LoadToolError`` with what is missing.
    init(_ faults: [Fault]) throws {
        self.faults = faults
        control = faults.contains { $0.option == "cap" } ? try TrafficControl() : nil
        for fault in faults {
            switch fault.kind {
            case .kill(let worker, let process, _):
                guard Glibc.kill(process, 0) == 0 else {
                    let reason = errno == ESRCH ? "is not running" : "belongs to somebody else"
                    throw LoadToolError.badOption(
                        "--kill",
                        "names \(worker), and process \(process) \(reason)"
                    )
                }
            case .cap(let pair, let interface, _):
                do {
                    try control?.check(interface)
                } catch {
                    throw LoadToolError.badOption(
                        "--cap",
                        "names \(pair), whose interface cannot be used: \(error)"
                    )
                }
            }
        }
    }

    /// Makes the faults at their times, which count from `origin`.
    func start(_ origin: Timestamp) {
        for fault in faults {
            let wait = max(Duration.zero, origin + fault.time - Timestamp.now)
            queue.asyncAfter(deadline: .now() + .nanoseconds(Int(wait.nanoseconds))) {
                self.make(fault, origin)
            }
        }
    }

    /// Makes no more faults, and takes back what can be.
    func finish() {
        state.withLock { $0.isOver = true }
        queue.sync {}  // What is being made now counts.
        let limited = state.withLock { state in
            defer { state.limited = [] }
            return state.limited
        }
        for interface in limited {
            do {
                try control?.release(interface)
            } catch {
                state.withLock { $0.problems.append("the limit on \(interface.name) stays: \(error)") }
            }
        }
    }

    /// What was done, by option, as `decode-1:KILL@10.002s`, with commas.
    var facts: [String: String] {
        state.withLock { $0.done.mapValues { $0.joined(separator: ",") } }
    }

    /// What could not be done.
    var problems: [String] { state.withLock { $0.problems } }

    private func make(_ fault: Fault, _ origin: Timestamp) {
        guard !state.withLock({ $0.isOver }) else { return }
        do {
            switch fault.kind {
            case .kill(let worker, let process, let signal):
                guard Glibc.kill(process, signal.number) == 0 else {
                    throw LoadToolError.environment("\(worker), process \(process), was not there any more")
                }
            case .cap(_, let interface, let rate):
                try control?.limit(interface, to: rate)
                state.withLock { state in
                    if !state.limited.contains(interface) { state.limited.append(interface) }
                }
            }
            let seconds = Double((Timestamp.now - origin).nanoseconds / 1_000_000) / 1_000
            state.withLock { $0.done[fault.option, default: []].append("\(fault.subject)@\(seconds)s") }
        } catch {
            state.withLock { $0.problems.append("fault \(fault.option) \(fault.subject) failed: \(error)") }
        }
    }
}
