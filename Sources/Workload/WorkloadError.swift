/// Why a workload cannot be made as asked.
public enum WorkloadError: Error, Hashable, CustomStringConvertible {
    /// A quantity must be above zero and finite.
    case notPositive(String, Double)
    /// A quantity lies outside its bounds.
    case outOfRange(String, value: Double, allowed: ClosedRange<Double>)
    /// There are fewer recorded requests than were asked for.
    case tooFewRecorded(asked: Int, recorded: Int)
    /// Recorded times go backwards.
    case timesGoBack(index: Int)
    /// Prompts would have no token.
    case emptyPrompts(shortest: Int)

    /// What is wrong, with its value, and what to do.
    public var description: String {
        switch self {
        case .notPositive(let name, let value): "\(name) is \(value): use a finite number above 0"
        case .outOfRange(let name, let value, let allowed):
            "\(name) is \(value): use \(allowed.lowerBound) to \(allowed.upperBound)"
        case .tooFewRecorded(let asked, let recorded):
            "\(asked) requests were asked for, \(recorded) are recorded: ask for at most that many"
        case .timesGoBack(let index):
            "recorded request \(index) comes before the one in front of it: sort them"
        case .emptyPrompts(let shortest):
            "the shortest prompt would have \(shortest) tokens: raise the input or prefix length, "
                + "or lower the range ratio"
        }
    }

    static func requirePositive(_ name: String, _ value: Double) throws(WorkloadError) {
        guard value > 0, value.isFinite else { throw .notPositive(name, value) }
    }

    static func require(_ name: String, _ value: Int, in allowed: ClosedRange<Int>) throws(WorkloadError) {
        guard allowed.contains(value) else {
            throw .outOfRange(
                name,
                value: Double(value),
                allowed: Double(allowed.lowerBound)...Double(allowed.upperBound)
            )
        }
    }
}
