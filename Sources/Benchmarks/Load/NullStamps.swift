internal import ServingTypes
internal import Synchronization

/// When each request came and each of its tokens left, on the monotonic clock.
struct NullStamps: Sendable, Equatable {
    var request: String
    var received: Timestamp
    /// Just before the call that sends each token.
    var sent: [Timestamp] = []

    /// `request received sent …`, in nanoseconds.
    var line: String {
        ([request, "\(received.nanoseconds)"] + sent.map { "\($0.nanoseconds)" }).joined(separator: " ")
    }

    init(request: String, received: Timestamp) {
        self.request = request
        self.received = received
    }

    /// Reads a ``line``; `nil` for any other text.
    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        let times = words.dropFirst().compactMap { Int64($0) }.map(Timestamp.init(nanoseconds:))
        guard let request = words.first, let received = times.first, times.count == words.count - 1 else {
            return nil
        }
        self.request = String(request)
        self.received = received
        sent = Array(times.dropFirst())
    }
}

/// The stamps of a server, from any thread.
final class NullStampBook: Sendable {
    /// Requests kept; later ones are not.
    private static let limit = 1_000_000

    private let stamps = Mutex<[NullStamps]>([])

    func add(_ entry: NullStamps) {
        stamps.withLock { stamps in
            if stamps.count < Self.limit { stamps.append(entry) }
        }
    }

    /// All of them, which are then forgotten.
    func take() -> [NullStamps] {
        stamps.withLock { stamps in
            defer { stamps = [] }
            return stamps
        }
    }
}
