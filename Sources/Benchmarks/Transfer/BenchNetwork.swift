/// What the processes of a benchmark talk over.
protocol BenchNetwork: AnyObject {
    /// Where the benchmark's own router listens.
    var routerHost: String { get }

    /// Makes room for one more process.
    func newHost(_ side: BenchHost.Side) -> BenchHost

    /// The command that starts a program so that ``connect(_:as:)`` can give it its network.
    func command(_ program: [String]) -> [String]

    /// Gives a process that was started with ``command(_:)`` its network and lets it go.
    func connect(_ process: BenchProcess, as host: BenchHost) throws
}

/// One process's place in a network.
struct BenchHost {
    /// On which end of the limited link it stands.
    enum Side: String {
        case sending = "a"
        case receiving = "b"
    }

    var side: Side
    /// Counts up from 1.
    var number: Int
    /// Where other hosts reach it.
    var address: String
}

/// All processes on the machine's own loopback interface.
final class LoopbackNetwork: BenchNetwork {
    private var hostCount = 0

    var routerHost: String { "127.0.0.1" }

    func newHost(_ side: BenchHost.Side) -> BenchHost {
        hostCount += 1
        return BenchHost(side: side, number: hostCount, address: routerHost)
    }

    func command(_ program: [String]) -> [String] { program }

    func connect(_ process: BenchProcess, as host: BenchHost) throws {}
}
