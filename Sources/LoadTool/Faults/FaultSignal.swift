internal import Glibc

/// A signal that a fault may send.
enum FaultSignal: String, CaseIterable, Sendable {
    case kill = "KILL"
    case terminate = "TERM"
    case interrupt = "INT"
    case stop = "STOP"
    case resume = "CONT"

    var name: String { rawValue }

    var number: Int32 {
        switch self {
        case .kill: SIGKILL
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .stop: SIGSTOP
        case .resume: SIGCONT
        }
    }

    /// Reads `KILL`, `sigkill` or `9`.
    init?(parsing text: some StringProtocol) {
        let name = text.uppercased()
        let known = Self.allCases.first { signal in
            [signal.rawValue, "SIG\(signal.rawValue)", "\(signal.number)"].contains(name)
        }
        guard let known else { return nil }
        self = known
    }
}
