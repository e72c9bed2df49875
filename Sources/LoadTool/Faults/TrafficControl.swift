internal import Glibc

/// Limits what network interfaces send, by the system's `tc`.
struct TrafficControl: Sendable {
    private let tc: SystemTool

    /// - Throws: ``LoadToolError/environment(_:)`` with what is needed: to be root, and the program.
    init() throws(LoadToolError) {
        guard geteuid() == 0 else {
            throw .environment(
                "--cap changes network interfaces: run as root, beside a cluster in network namespaces"
            )
        }
        guard let tc = SystemTool("tc") else {
            throw .environment("--cap needs the program tc, which was not found: install iproute2")
        }
        self.tc = tc
    }

    /// Whether the interface is there.
    func check(_ interface: NetworkInterface) throws {
        try run(interface, ["qdisc", "show", "dev", interface.name])
    }

    /// Lets the interface send at most so much, headers included.
    func limit(_ interface: NetworkInterface, to rate: String) throws {
        let words = ["qdisc", "replace", "dev", interface.name, "root", "tbf", "rate", rate]
        try run(interface, words + ["burst", "64kb", "latency", "50ms"])
    }

    /// Takes the limit away again; the interface has the system's usual queue then.
    func release(_ interface: NetworkInterface) throws {
        try run(interface, ["qdisc", "delete", "dev", interface.name, "root"])
    }

    private func run(_ interface: NetworkInterface, _ words: [String]) throws {
        try tc.run((interface.namespace.map { ["-n", $0] } ?? []) + words)
    }
}
