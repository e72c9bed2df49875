internal import Foundation
internal import LoadTool

/// Every process in a namespace of its own; all senders share one link of a set rate to all receivers.
///
/// ```
/// sender 1 ──┐                             ┌── receiver 1
///            bridge a ══ rate-limited ══ bridge b
/// sender 2 ──┘                             └── receiver 2
/// ```
/// A third bridge, without limit, joins every process with the benchmark's router. The namespaces have no names: they
/// and their links end with their processes. Use it inside a ``PrivateNetwork`` only.
final class BridgedNetwork: BenchNetwork {
    /// The system's programs for networks.
    struct Tools {
        static let names = ["ip", "tc", "nsenter", "unshare"]

        let ip: SystemTool
        let tc: SystemTool
        let nsenter: SystemTool
        let unshare: SystemTool

        init() throws(BenchFailure) {
            guard let ip = SystemTool("ip"), let tc = SystemTool("tc"), let nsenter = SystemTool("nsenter"),
                let unshare = SystemTool("unshare")
            else { throw BenchFailure("namespaces need \(Self.names.joined(separator: ", "))") }
            (self.ip, self.tc, self.nsenter, self.unshare) = (ip, tc, nsenter, unshare)
        }
    }

    /// Waits for a line before it becomes the program, so that the network is there when that starts.
    private static let gate = "read -r go && exec \"$@\""

    let routerHost = "10.77.0.1"
    private let tools: Tools
    private var hostCount = 1

    init() throws {
        tools = try Tools()
        for bridge in ["br-a", "br-b", "br-m"] {
            try ip("link add \(bridge) type bridge")
            try ip("link set \(bridge) up")
        }
        try ip("link add up-a type veth peer name up-b")
        for side in ["a", "b"] { try ip("link set up-\(side) master br-\(side) up") }
        try ip("addr add \(routerHost)/16 dev br-m")
    }

    /// Limits what the senders' side sends to the receivers' side, headers included.
    func setRate(megabits: Double) throws {
        let kilobits = Int((megabits * 1_000).rounded())
        let words = "qdisc replace dev up-a root tbf rate \(kilobits)kbit burst 64kb latency 50ms"
        try tools.tc.run(words.split(separator: " ").map(String.init))
    }

    func newHost(_ side: BenchHost.Side) -> BenchHost {
        hostCount += 1
        return BenchHost(side: side, number: hostCount, address: "10.78.\(Self.suffix(hostCount))")
    }

    func command(_ program: [String]) -> [String] {
        [tools.unshare.path, "--net", "--", "/bin/sh", "-c", Self.gate, "gate"] + program
    }

    func connect(_ process: BenchProcess, as host: BenchHost) throws {
        let id = process.identifier
        let own = try namespace(of: "self")
        try Polling.until("\(process.name) has its namespace", limit: 10) {
            guard process.isRunning else { throw BenchFailure("\(process.name) ended:\n\(process.tail)") }
            return try namespace(of: "\(id)") != own
        }
        let number = host.number
        try inside(id, "link set lo up")
        for (device, bridge, address) in [
            ("data", "br-\(host.side.rawValue)", host.address),
            ("manage", "br-m", "10.77.\(Self.suffix(number))"),
        ] {
            let outer = "\(device.prefix(1))\(number)"
            try ip("link add \(outer) type veth peer name \(device) netns \(id)")
            try ip("link set \(outer) master \(bridge) up")
            try inside(id, "addr add \(address)/16 dev \(device)")
            try inside(id, "link set \(device) up")
        }
        try process.tell("go")
    }

    /// The last two numbers of an address; host 1 is the router.
    private static func suffix(_ number: Int) -> String { "\(number / 250).\(number % 250)" }

    private func namespace(of process: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
    }

    private func ip(_ words: String) throws { try tools.ip.run(words.split(separator: " ").map(String.init)) }

    private func inside(_ process: Int32, _ words: String) throws {
        let command = ["--target", "\(process)", "--net", tools.ip.path]
        try tools.nsenter.run(command + words.split(separator: " ").map(String.init))
    }
}
