public import ArgumentParser
internal import ServingTypes

/// `baton-bench kv`: how fast KV travels between two worker daemons, against plain C.
public struct KVCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "kv",
        abstract: "Measure the transfer of KV between worker daemons, against plain C in the same run.",
        discussion: """
            Starts a prefill and a decode worker with certificates of its own and acts as their router. The prefill \
            worker has the prompt in its cache, the decode worker never has: the transfer is all the work. Prints \
            one result per combination of lanes, chunk size and rate.
            """
    )

    @Flag(help: "Print one JSON object per line instead of text.")
    var json = false

    @Option(parsing: .upToNextOption, help: "Connections between the workers, 1 to 64; several to compare.")
    var lanes: [Int] = [1]

    @Option(parsing: .upToNextOption, help: "KV bytes per chunk, 4KiB to 4MiB; several to compare.")
    var chunkBytes: [String] = ["1MiB"]

    @Option(help: "How the workers encode KV: raw, q8 or cachegen. Rates count KV before encoding.")
    var codec = "raw"

    @Option(help: "Rounds; each measures every side once, in random order.")
    var pairs = 10

    @Option(
        parsing: .upToNextOption,
        help: "Rates of the link, such as 100mbit, in network namespaces (root); none measures on loopback."
    )
    var rate: [String] = []

    @Option(help: "KV bytes of one measurement; less is taken on slow links.")
    var bytes = "1GiB"

    @Option(help: "Transfers at once.")
    var inFlight = 4

    @Option(help: "Seed of the order within rounds; random if not given.")
    var seed: UInt64?

    @Option(help: "Folder of the worker programs; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws { _ = try settings() }

    /// See `ParsableCommand`.
    public func run() throws {
        let settings = try settings()
        if !rate.isEmpty { try PrivateNetwork.enter() }
        let bridged = rate.isEmpty ? nil : try BridgedNetwork()
        for options in settings {
            if let megabits = options.megabits { try bridged?.setRate(megabits: megabits) }
            let report = try KVBenchmark(options: options, network: bridged ?? LoopbackNetwork()).run()
            print(json ? try ReportText.json(report) : report.text)
        }
    }

    /// One set of options per combination.
    func settings() throws -> [KVOptions] {
        for count in lanes where !(1...64).contains(count) {
            throw ValidationError("--lanes has \(count); use 1 to 64")
        }
        let chunks = try chunkBytes.map { text in
            guard let bytes = Quantity.bytes(text), (4 << 10...4 << 20).contains(bytes), bytes % 1_024 == 0
            else {
                throw ValidationError("--chunk-bytes has \(text); use whole KiB from 4KiB to 4MiB")
            }
            return bytes
        }
        let rates = try rate.map { text in
            guard let megabits = Quantity.megabits(text) else {
                throw ValidationError(
                    "--rate has \(text); use a number with kbit, mbit or gbit, at least 1mbit"
                )
            }
            return megabits
        }
        guard let bytes = Quantity.bytes(bytes) else {
            throw ValidationError("--bytes is \(bytes); use a number, or one with KiB, MiB or GiB")
        }
        guard let codec = KVCodec(name: codec) else {
            let known = KVCodec.allCases.map(\.name).joined(separator: ", ")
            throw ValidationError("--codec is \(codec); use one of \(known)")
        }
        guard pairs >= 2 else { throw ValidationError("--pairs is \(pairs); use at least 2") }
        guard (1...64).contains(inFlight) else {
            throw ValidationError("--in-flight is \(inFlight); use 1 to 64")
        }
        guard !lanes.isEmpty, !chunks.isEmpty else {
            throw ValidationError("--lanes and --chunk-bytes need a value")
        }
        let seed = seed ?? .random(in: .min ... .max)
        let links = rates.isEmpty ? [nil] : rates.map(Optional.some)
        return links.flatMap { megabits in
            lanes.flatMap { lanes in
                chunks.map { chunk in
                    KVOptions(
                        lanes: lanes,
                        chunkBytes: chunk,
                        codec: codec,
                        megabits: megabits,
                        pairs: pairs,
                        bytes: bytes,
                        inFlight: inFlight,
                        seed: seed,
                        programs: programs
                    )
                }
            }
        }
    }
}
