internal import ArgumentParser
internal import Foundation
internal import ServingTypes

/// Options that make faults in a cluster on this machine.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Send a signal (KILL) to a worker, NAME@TIME[:SIGNAL]; repeatable.",
            valueName: "fault"
        )
    )
    var kill: [String] = []

    @Option(
        help: ArgumentHelp(
            "Limit a link, PAIR=RATE@TIME, as p1:d1=100mbit@10s; repeatable; root.",
            valueName: "fault"
        )
    )
    var cap: [String] = []

    @Option(help: ArgumentHelp("Process of a worker for --kill, NAME=PID; repeatable.", valueName: "worker"))
    var worker: [String] = []

    @Option(
        help: ArgumentHelp(
            "Interface of a link for --cap, PAIR=[NETNS/]INTERFACE; repeatable.",
            valueName: "link"
        )
    )
    var link: [String] = []

    @Option(
        help: ArgumentHelp(
            "JSON file with {\"workers\": {NAME: PID}, \"links\": {PAIR: INTERFACE}}.",
            valueName: "file"
        )
    )
    var cluster: String?

    /// What a cluster's file says.
    private struct Cluster: Decodable {
        var workers: [String: Int32]?
        var links: [String: String]?
    }

    func validate() throws {
        for text in kill { _ = try Self.killParts(text) }
        for text in cap { _ = try Self.capParts(text) }
        for text in worker { _ = try Self.pair(text, "--worker", "NAME=PID") }
        for text in link { _ = try Self.pair(text, "--link", "PAIR=INTERFACE") }
    }

    /// The faults that are asked for, by time.
    ///
    /// - Throws: `ValidationError` or ``LoadToolError`` for a name that nothing explains.
    func faults() throws -> [Fault] {
        let (processes, interfaces) = try names()
        let kills = try kill.map { text in
            let parts = try Self.killParts(text)
            guard let process = processes[parts.name] else {
                throw LoadToolError.badOption(
                    "--kill",
                    "names \(parts.name): say --worker \(parts.name)=PID, or --cluster FILE"
                )
            }
            return Fault(
                kind: .kill(worker: parts.name, process: process, signal: parts.signal),
                time: parts.time
            )
        }
        let caps = try cap.map { text in
            let parts = try Self.capParts(text)
            guard let interface = interfaces[parts.pair] else {
                throw LoadToolError.badOption(
                    "--cap",
                    "names \(parts.pair): say --link \(parts.pair)=[NETNS/]INTERFACE"
                )
            }
            return Fault(
                kind: .cap(pair: parts.pair, interface: interface, rate: parts.rate),
                time: parts.time
            )
        }
        return (kills + caps).sorted { $0.time < $1.time }
    }

    private func names() throws -> (processes: [String: Int32], interfaces: [String: NetworkInterface]) {
        let file = try readCluster()
        var processes = file.workers ?? [:]
        for text in worker {
            let (name, value) = try Self.pair(text, "--worker", "NAME=PID")
            guard let process = Int32(value) else {
                throw ValidationError("--worker is \(text); write NAME=PID")
            }
            processes[name] = process
        }
        for (name, process) in processes where process <= 1 {
            throw ValidationError(
                "process \(process) of worker \(name) cannot be meant: use a number above 1"
            )
        }
        var links = file.links ?? [:]
        for text in link {
            let (name, value) = try Self.pair(text, "--link", "PAIR=INTERFACE")
            links[name] = value
        }
        let interfaces = try links.mapValues { text in
            guard let interface = NetworkInterface(parsing: text) else {
                throw ValidationError("\"\(text)\" is no interface; write INTERFACE or NETNS/INTERFACE")
            }
            return interface
        }
        return (processes, interfaces)
    }

    private func readCluster() throws -> Cluster {
        guard let cluster else { return Cluster() }
        do {
            return try JSONDecoder().decode(
                Cluster.self,
                from: Data(contentsOf: URL(fileURLWithPath: cluster))
            )
        } catch {
            throw LoadToolError.unusableFile(
                cluster,
                "expected {\"workers\": {NAME: PID}, \"links\": {PAIR: INTERFACE}}"
            )
        }
    }

    static func killParts(_ text: String) throws -> (name: String, time: Duration, signal: FaultSignal) {
        let wrong = ValidationError(
            "--kill is \(text); write NAME@TIME[:SIGNAL], as decode-1@10s or decode-1@10s:STOP"
        )
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { throw wrong }
        let tail = text[text.index(after: at)...].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(tail.count), let time = time(tail[0]),
            let signal = tail.count == 2 ? FaultSignal(parsing: tail[1]) : .kill
        else { throw wrong }
        return (String(text[..<at]), time, signal)
    }

    static func capParts(_ text: String) throws -> (pair: String, rate: String, time: Duration) {
        let wrong = ValidationError("--cap is \(text); write PAIR=RATE@TIME, as p1:d1=100mbit@10s")
        guard let at = text.lastIndex(of: "@"), let time = time(text[text.index(after: at)...]),
            let mark = text[..<at].lastIndex(of: "="), mark != text.startIndex
        else { throw wrong }
        let rate = text[text.index(after: mark)..<at]
        guard let unit = ["kbit", "mbit", "gbit"].first(where: { rate.hasSuffix($0) }),
            let number = Double(rate.dropLast(unit.count)), number > 0, number.isFinite
        else { throw wrong }
        return (String(text[..<mark]), String(rate), time)
    }

    /// Seconds, or a number with ms, s or m.
    private static func time(_ text: Substring) -> Duration? {
        let units: [(suffix: String, scale: Double)] = [("ms", 0.001), ("s", 1), ("m", 60)]
        let unit = units.first { text.hasSuffix($0.suffix) }
        guard let number = Double(text.dropLast(unit?.suffix.count ?? 0)), number.isFinite, number >= 0 else {
            return nil
        }
        return .fromSeconds(number * (unit?.scale ?? 1))
    }

    private static func pair(_ text: String, _ option: String, _ form: String) throws -> (String, String) {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw ValidationError("\(option) is \(text); write \(form)")
        }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
}
