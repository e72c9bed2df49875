internal import Synchronization

/// Collects the ports of the listeners, which come up one after another.
final class ListeningPorts: Sendable {
    /// All of them.
    struct Bound: Sendable {
        var workers: Int
        var http: Int
        var admin: Int?
    }

    private struct State {
        var http: Int?
        var admin: Int?
    }

    private let workers: Int
    private let waitsForAdmin: Bool
    private let state = Mutex(State())

    init(workers: Int, waitsForAdmin: Bool) {
        self.workers = workers
        self.waitsForAdmin = waitsForAdmin
    }

    /// Notes the client listener's port; returns all once the last is known.
    func http(_ port: Int) -> Bound? { note { $0.http = port } }

    /// Notes the admin listener's port; returns all once the last is known.
    func admin(_ port: Int) -> Bound? { note { $0.admin = port } }

    private func note(_ change: (inout State) -> Void) -> Bound? {
        state.withLock { state in
            change(&state)
            guard let http = state.http, state.admin != nil || !waitsForAdmin else { return nil }
            return Bound(workers: workers, http: http, admin: state.admin)
        }
    }
}
