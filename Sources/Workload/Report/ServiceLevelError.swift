/// Why service levels cannot be used.
public enum ServiceLevelError: Error, Hashable, CustomStringConvertible {
    /// Not `NAME:MILLISECONDS`.
    case notAPair(String)
    /// No such metric, or none that can be limited.
    case unknownMetric(String)
    /// Not a number of milliseconds from 0 to 10⁹.
    case badLimit(String)
    /// A metric has two limits.
    case repeated(String)

    /// What is wrong, and what to write.
    public var description: String {
        let names = ServiceLevels.metrics.map(\.rawValue).joined(separator: ", ")
        return switch self {
        case .notAPair(let text): "\"\(text)\" is not a service level: write NAME:MILLISECONDS, as ttft:200"
        case .unknownMetric(let name): "\"\(name)\" cannot be a service level: use one of \(names)"
        case .badLimit(let text):
            "\"\(text)\" has no usable limit: write milliseconds, a number from 0 to 1000000000"
        case .repeated(let name): "\(name) has two limits: give one"
        }
    }
}
